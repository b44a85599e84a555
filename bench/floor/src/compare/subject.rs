//! Who is measured, doing what, and how often.

use crate::chain::Keys;

/// Who is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    Floor,
    Homing,
    BlackboxExporter,
    Nodemailer,
    CheckSmtp,
}

impl Subject {
    /// The name in the table.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Floor => "floor",
            Self::Homing => "Homing",
            Self::BlackboxExporter => "blackbox_exporter",
            Self::Nodemailer => "nodemailer",
            Self::CheckSmtp => "check_smtp",
        }
    }
}

/// What is done in a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// Connect and close.
    Connect,
    /// Banner, EHLO, QUIT.
    Plain,
    /// STARTTLS where the chain of certificates is verified every time.
    FirstMeeting(Keys),
    /// STARTTLS where the prober may remember what it found about the chain.
    MetBefore(Keys),
}

impl Task {
    /// The name while it runs.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Plain => "plain",
            Self::FirstMeeting(Keys::Ec) => "STARTTLS first, EC",
            Self::FirstMeeting(Keys::Rsa) => "STARTTLS first, RSA",
            Self::MetBefore(Keys::Ec) => "STARTTLS met, EC",
            Self::MetBefore(Keys::Rsa) => "STARTTLS met, RSA",
        }
    }

    /// The keys of the sink that it needs.
    pub(crate) fn keys(self) -> Keys {
        match self {
            Self::Connect | Self::Plain => Keys::Ec,
            Self::FirstMeeting(keys) | Self::MetBefore(keys) => keys,
        }
    }

    /// Whether STARTTLS is a part of it.
    pub(crate) fn is_tls(self) -> bool {
        matches!(self, Self::FirstMeeting(_) | Self::MetBefore(_))
    }
}

/// One thing to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) subject: Subject,
    pub(crate) task: Task,
}

impl Run {
    /// How many checks a round has: about a second of CPU, against which the kernel's steps of 10 ms
    /// and what a process does once do not count.
    pub(crate) fn count(self, quick: bool) -> u32 {
        let full = match (self.subject, self.task.is_tls()) {
            (Subject::Floor | Subject::Homing, false) => 24_000,
            (Subject::Floor | Subject::Homing, true) => 2_000,
            (Subject::BlackboxExporter, false) => 2_400,
            (Subject::BlackboxExporter, true) => 320,
            (Subject::Nodemailer, false) => 4_000,
            (Subject::Nodemailer, true) => 320,
            (Subject::CheckSmtp, false) => 400,
            (Subject::CheckSmtp, true) => 160,
        };
        if quick { full / 4 } else { full }
    }
}
