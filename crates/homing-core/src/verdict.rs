//! How a check ended.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The verdict of a check, a target or a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Everything asked for is in order.
    Up,
    /// Mail can be received, but something is wrong.
    Degraded,
    /// Mail is not received.
    Down,
    /// Homing could not tell, through a fault of its own.
    Unknown,
}

impl Verdict {
    /// Every verdict, from best to worst as [`severity`](Self::severity) orders them.
    pub const ALL: [Self; 4] = [Self::Up, Self::Degraded, Self::Unknown, Self::Down];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Degraded => "degraded",
            Self::Down => "down",
            Self::Unknown => "unknown",
        }
    }

    /// The exit code of a command that ended with this verdict; those of monitoring plugins.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Up => 0,
            Self::Degraded => 1,
            Self::Down => 2,
            Self::Unknown => 3,
        }
    }

    /// Position on the scale up, degraded, unknown, down: a proven outage outranks an unproven one.
    pub const fn severity(self) -> u8 {
        match self {
            Self::Up => 0,
            Self::Degraded => 1,
            Self::Unknown => 2,
            Self::Down => 3,
        }
    }

    /// The more severe of two.
    pub const fn worst(self, other: Self) -> Self {
        if other.severity() > self.severity() { other } else { self }
    }

    /// Whether mail is taken, in good order or not.
    pub const fn takes_mail(self) -> bool {
        matches!(self, Self::Up | Self::Degraded)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
