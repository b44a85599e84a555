//! Banner, EHLO and HELO.

use homing_core::phase::Phase;
use homing_core::reason::ReasonCode;
use homing_core::reply::Reply;
use tokio::io::{AsyncRead, AsyncWrite};

use super::Session;
use crate::capability::Capabilities;
use crate::ehlo_name::EhloName;
use crate::record::{Running, Trouble};

impl<S: AsyncRead + AsyncWrite + Unpin> Session<S> {
    /// Waits for the last line of the greeting (RFC 5321 §3.1) and says nothing before it.
    ///
    /// # Errors
    /// [`Trouble`] with `banner_rejected` for anything but 220.
    pub async fn banner(&mut self) -> Result<(), Trouble> {
        let running = self.record.begin(Phase::Banner);
        let deadline = running.deadline(self.limits.banner, self.deadline);
        let result = match self.exchange(&running, "", None, deadline).await {
            Ok(reply) if reply.code == 220 => Ok(((), Some(reply))),
            Ok(reply) => {
                let code = rejection(&reply, ReasonCode::BannerRejected);
                Err(Trouble::refused(code, format!("greeted with `{reply}` instead of 220"), Some(reply)))
            }
            Err(trouble) => Err(trouble),
        };
        self.record.end(running, result)
    }

    /// EHLO, and HELO where EHLO is refused for good (RFC 5321 §3.2).
    ///
    /// # Errors
    /// [`Trouble`] with `ehlo_rejected` if neither is taken.
    pub async fn ehlo(&mut self, phase: Phase, name: &EhloName) -> Result<Capabilities, Trouble> {
        let running = self.record.begin(phase);
        let result = self.ehlo_or_helo(&running, name).await;
        self.record.end(running, result)
    }

    async fn ehlo_or_helo(
        &mut self,
        running: &Running,
        name: &EhloName,
    ) -> Result<(Capabilities, Option<Reply>), Trouble> {
        let deadline = self.reply_deadline(running);
        let reply = self.say(running, "EHLO", name, deadline).await?;
        if reply.code == 250 {
            return Ok((Capabilities::from_reply(&reply), Some(reply)));
        }
        let code = rejection(&reply, ReasonCode::EhloRejected);
        if !reply.is_permanent() || code == ReasonCode::EarlyTalkerError {
            return Err(Trouble::refused(code, format!("answered `{reply}` to EHLO"), Some(reply)));
        }
        let second = match self.say(running, "HELO", name, deadline).await {
            Ok(second) => second,
            Err(trouble) => return Err(Trouble { reply: trouble.reply.or(Some(reply)), ..trouble }),
        };
        if second.code == 250 {
            return Ok((Capabilities::default(), Some(second)));
        }
        let message = format!("answered `{reply}` to EHLO and `{second}` to HELO");
        Err(Trouble::refused(ReasonCode::EhloRejected, message, Some(second)))
    }

    async fn say(
        &mut self,
        running: &Running,
        verb: &str,
        name: &EhloName,
        deadline: tokio::time::Instant,
    ) -> Result<Reply, Trouble> {
        let line = format!("{verb} {name}\r\n");
        self.exchange(running, line.trim_end(), Some(line.as_bytes()), deadline).await
    }
}

/// A refusal that accuses the client of having spoken out of turn has a code of its own: Homing never does, so
/// something between the two rewrites the session. The words are those of Postfix, Exim and Sendmail.
fn rejection(reply: &Reply, otherwise: ReasonCode) -> ReasonCode {
    let text = reply.text().to_ascii_lowercase();
    let words = [
        "synchronization error",
        "synchronisation error",
        "command pipelining",
        "before greeting",
        "too soon",
    ];
    let accused = words.iter().any(|words| text.contains(words));
    if accused { ReasonCode::EarlyTalkerError } else { otherwise }
}
