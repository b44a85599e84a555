//! Credentials, and what must be proven before they are sent.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::capability::Capabilities;
use crate::tls::VerifiedTls;

/// A SASL mechanism that Homing speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mechanism {
    /// RFC 4616.
    Plain,
    /// The undocumented predecessor that many servers still offer.
    Login,
    /// The OAuth 2 mechanism of Google and Microsoft; the password is an access token.
    Xoauth2,
}

impl Mechanism {
    /// The name in EHLO and AUTH.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "PLAIN",
            Self::Login => "LOGIN",
            Self::Xoauth2 => "XOAUTH2",
        }
    }
}

/// User and password, or token. Neither is ever shown; the password is wiped from memory after use.
#[derive(Clone)]
pub struct Credentials {
    user: String,
    password: Zeroizing<String>,
    mechanism: Option<Mechanism>,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials")
            .field("user", &self.user)
            .field("password", &"***")
            .finish_non_exhaustive()
    }
}

/// Why a text cannot be a user or password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCredentials {
    /// No user.
    #[error("the user is empty")]
    NoUser,
    /// No password.
    #[error("the password is empty; write it into the first line of the file")]
    NoPassword,
    /// A control character, which SASL uses for its own purposes.
    #[error("control characters cannot be sent")]
    ControlCharacter,
    /// The command would be longer than servers accept (RFC 4954 §4.3).
    #[error("it is longer than 8000 bytes")]
    TooLong,
}

impl Credentials {
    /// Credentials for a mechanism, or for the first of PLAIN and LOGIN that the server offers.
    ///
    /// # Errors
    /// [`InvalidCredentials`] if they cannot be sent.
    pub fn new(
        user: &str,
        password: Zeroizing<String>,
        mechanism: Option<Mechanism>,
    ) -> Result<Self, InvalidCredentials> {
        if user.is_empty() {
            return Err(InvalidCredentials::NoUser);
        }
        if password.is_empty() {
            return Err(InvalidCredentials::NoPassword);
        }
        if user.chars().chain(password.chars()).any(char::is_control) {
            return Err(InvalidCredentials::ControlCharacter);
        }
        if user.len() + password.len() > 8_000 {
            return Err(InvalidCredentials::TooLong);
        }
        Ok(Self { user: user.to_owned(), password, mechanism })
    }

    /// The mechanism to use with a server that announces these capabilities.
    pub(crate) fn mechanism(&self, offered: &Capabilities) -> Option<Mechanism> {
        let usable = |mechanism: &Mechanism| offered.has_auth(mechanism.as_str());
        match self.mechanism {
            Some(wanted) => Some(wanted).filter(usable),
            None => [Mechanism::Plain, Mechanism::Login].into_iter().find(usable),
        }
    }

    /// What the user asked for, for messages.
    pub(crate) fn wanted(&self) -> &'static str {
        self.mechanism.map_or("PLAIN or LOGIN", Mechanism::as_str)
    }

    /// The initial response of PLAIN or XOAUTH2, in base64.
    pub(crate) fn initial_response(&self, mechanism: Mechanism) -> Zeroizing<String> {
        let (user, password) = (&self.user, self.password.as_str());
        let clear = Zeroizing::new(match mechanism {
            Mechanism::Xoauth2 => format!("user={user}\x01auth=Bearer {password}\x01\x01"),
            Mechanism::Plain | Mechanism::Login => format!("\0{user}\0{password}"),
        });
        encode(clear.as_bytes())
    }

    /// The two answers of LOGIN, in base64.
    pub(crate) fn login_answers(&self) -> [Zeroizing<String>; 2] {
        [encode(self.user.as_bytes()), encode(self.password.as_bytes())]
    }

    /// Everything that must not be shown.
    pub(crate) fn secrets(&self) -> Vec<Zeroizing<String>> {
        let [user, password] = self.login_answers();
        vec![
            self.initial_response(Mechanism::Plain),
            self.initial_response(Mechanism::Xoauth2),
            user,
            password,
            self.password.clone(),
        ]
    }
}

fn encode(bytes: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(STANDARD.encode(bytes))
}

/// The right to send credentials: the proof of a verified server, or the operator's word that clear text will do.
#[derive(Debug)]
pub enum Clearance {
    /// The session is encrypted and the server is who it should be.
    Verified(VerifiedTls),
    /// The operator allows it on whatever connection there is.
    InClear(AllowedInClear),
}

/// The operator's word that credentials may go over an unprotected connection.
#[derive(Clone, Copy, Debug)]
pub struct AllowedInClear(());

impl AllowedInClear {
    /// To be called only where a person has said so.
    pub const fn by_the_operator() -> Self {
        Self(())
    }
}

#[cfg(test)]
mod tests {
    use homing_core::reply::Reply;

    use super::*;

    fn credentials(mechanism: Option<Mechanism>) -> Credentials {
        Credentials::new("tim", Zeroizing::new("tanstaaftanstaaf".to_owned()), mechanism).unwrap()
    }

    #[test]
    fn responses_are_those_of_the_standards() {
        let credentials = credentials(None);
        // RFC 4616 §4, without an authorization identity.
        assert_eq!(*credentials.initial_response(Mechanism::Plain), "AHRpbQB0YW5zdGFhZnRhbnN0YWFm");
        assert_eq!(
            *credentials.initial_response(Mechanism::Xoauth2),
            "dXNlcj10aW0BYXV0aD1CZWFyZXIgdGFuc3RhYWZ0YW5zdGFhZgEB"
        );
    }

    #[test]
    fn the_mechanism_is_one_that_is_offered() {
        let offered = |line: &str| {
            let lines = vec!["mx.test".to_owned(), line.to_owned()];
            Capabilities::from_reply(&Reply { code: 250, enhanced: None, lines })
        };
        assert_eq!(credentials(None).mechanism(&offered("AUTH LOGIN PLAIN")), Some(Mechanism::Plain));
        assert_eq!(credentials(None).mechanism(&offered("AUTH LOGIN")), Some(Mechanism::Login));
        assert_eq!(credentials(None).mechanism(&offered("AUTH XOAUTH2")), None);
        let oauth = credentials(Some(Mechanism::Xoauth2));
        assert_eq!(oauth.mechanism(&offered("AUTH XOAUTH2")), Some(Mechanism::Xoauth2));
        assert_eq!(oauth.mechanism(&offered("AUTH PLAIN")), None);
    }

    #[test]
    fn what_cannot_be_sent_is_refused_and_nothing_is_shown() {
        let new =
            |user: &str, password: &str| Credentials::new(user, Zeroizing::new(password.to_owned()), None);
        assert_eq!(new("", "x").unwrap_err(), InvalidCredentials::NoUser);
        assert_eq!(new("x", "").unwrap_err(), InvalidCredentials::NoPassword);
        assert_eq!(new("x", "a\r\nRSET").unwrap_err(), InvalidCredentials::ControlCharacter);
        assert!(!format!("{:?}", credentials(None)).contains("tanst"));
    }
}
