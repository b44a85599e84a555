//! MAIL FROM, RCPT TO and RSET: as far as a check goes without sending anything.

use homing_core::address::MailAddress;
use homing_core::phase::Phase;
use homing_core::reason::ReasonCode;
use homing_core::reply::Reply;
use tokio::io::{AsyncRead, AsyncWrite};

use super::{Session, courtesy};
use crate::record::{Running, Trouble};

/// A sender and a recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The argument of MAIL FROM.
    pub from: MailAddress,
    /// The argument of RCPT TO.
    pub to: MailAddress,
}

/// The answer to the open-relay question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relay {
    /// The foreign recipient was refused.
    Closed,
    /// The foreign recipient was accepted.
    Open,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Session<S> {
    /// MAIL FROM.
    ///
    /// # Errors
    /// [`Trouble`] with `mail_from_rejected`, for 4xx too: no message of this sender would pass.
    pub async fn mail_from(&mut self, from: &MailAddress) -> Result<(), Trouble> {
        let running = self.record.begin(Phase::MailFrom);
        let result = match self.address(&running, "MAIL FROM", from).await {
            Ok(reply) if reply.is_positive() => Ok(((), Some(reply))),
            Ok(reply) => {
                let message = format!("answered `{reply}` to MAIL FROM:{from}");
                Err(Trouble::refused(ReasonCode::MailFromRejected, message, Some(reply)))
            }
            Err(trouble) => Err(trouble),
        };
        self.record.end(running, result)
    }

    /// RCPT TO.
    ///
    /// # Errors
    /// [`Trouble`] with `rcpt_deferred` for 4xx and `rcpt_rejected` for everything else but 2xx.
    pub async fn rcpt_to(&mut self, to: &MailAddress) -> Result<(), Trouble> {
        let running = self.record.begin(Phase::RcptTo);
        let result = match self.address(&running, "RCPT TO", to).await {
            Ok(reply) if reply.is_positive() => Ok(((), Some(reply))),
            Ok(reply) => {
                let code =
                    if reply.is_transient() { ReasonCode::RcptDeferred } else { ReasonCode::RcptRejected };
                Err(Trouble::refused(code, format!("answered `{reply}` to RCPT TO:{to}"), Some(reply)))
            }
            Err(trouble) => Err(trouble),
        };
        self.record.end(running, result)
    }

    /// RSET, so that the envelope is forgotten (RFC 5321 §4.1.1.5). A courtesy like QUIT: what goes wrong is
    /// recorded and not judged.
    ///
    /// # Errors
    /// [`Trouble`] without a failure; the stream may be lost.
    pub async fn rset(&mut self) -> Result<(), Trouble> {
        let running = self.record.begin(Phase::Rset);
        let result = courtesy(self.plain_rset(&running).await);
        self.record.end(running, result)
    }

    /// Offers a foreign recipient to the server and takes it back. It never goes to DATA.
    ///
    /// # Errors
    /// [`Trouble`] if the stream broke, or without a failure if the server would not hear the question: it refused
    /// the sender, or put the recipient off. A recipient refused for good is the good answer.
    pub async fn ask_relay(&mut self, envelope: &Envelope) -> Result<Relay, Trouble> {
        let running = self.record.begin(Phase::OpenRelay);
        let result = self.offer(&running, envelope).await;
        if matches!(&result, Err(trouble) if !trouble.lost) {
            self.record.note("the open-relay question could not be asked");
        }
        self.record.end(running, result)
    }

    async fn offer(
        &mut self,
        running: &Running,
        envelope: &Envelope,
    ) -> Result<(Relay, Option<Reply>), Trouble> {
        let sender = self.address(running, "MAIL FROM", &envelope.from).await?;
        if !sender.is_positive() {
            return Err(Trouble::unjudged(sender));
        }
        let recipient = self.address(running, "RCPT TO", &envelope.to).await?;
        self.plain_rset(running).await?;
        if recipient.is_transient() {
            return Err(Trouble::unjudged(recipient));
        }
        let answer = if recipient.is_positive() { Relay::Open } else { Relay::Closed };
        Ok((answer, Some(recipient)))
    }

    async fn address(
        &mut self,
        running: &Running,
        verb: &str,
        address: &MailAddress,
    ) -> Result<Reply, Trouble> {
        let line = format!("{verb}:{address}\r\n");
        let deadline = self.reply_deadline(running);
        self.exchange(running, line.trim_end(), Some(line.as_bytes()), deadline).await
    }

    async fn plain_rset(&mut self, running: &Running) -> Result<Reply, Trouble> {
        let deadline = self.reply_deadline(running);
        self.exchange(running, "RSET", Some(b"RSET\r\n"), deadline).await
    }
}
