//! Durations as the contract writes them: milliseconds with microsecond resolution.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A measured duration with microsecond resolution; JSON shows it as a number of milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Elapsed(u64);

/// The longest duration read from JSON: a year, far beyond any session, and exact as a float.
const MAX_MICROS: f64 = 366.0 * 86_400.0 * 1e6;

impl Elapsed {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// From whole microseconds.
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// From whole milliseconds.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis * 1000)
    }

    /// The same as a standard duration.
    pub const fn as_duration(self) -> Duration {
        Duration::from_micros(self.0)
    }

    /// Seconds, for metrics and performance data.
    pub fn as_seconds(self) -> f64 {
        self.as_duration().as_secs_f64()
    }

    /// The sum, stopping at the largest value.
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl From<Duration> for Elapsed {
    fn from(duration: Duration) -> Self {
        Self(u64::try_from(duration.as_micros()).unwrap_or(u64::MAX))
    }
}

impl From<Elapsed> for f64 {
    fn from(elapsed: Elapsed) -> Self {
        elapsed.0 as Self / 1000.0
    }
}

impl TryFrom<f64> for Elapsed {
    type Error = String;

    fn try_from(millis: f64) -> Result<Self, String> {
        let micros = (millis * 1000.0).round();
        if (0.0..=MAX_MICROS).contains(&micros) {
            Ok(Self(micros as u64))
        } else {
            Err(format!("{millis} is not a duration in milliseconds between 0 and a year"))
        }
    }
}

/// For people: `0.4ms`, `64ms`, `1.90s`, `2m05s`.
impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = self.0;
        if micros < 9_950 {
            write!(f, "{:.1}ms", micros as f64 / 1e3)
        } else if micros < 999_500 {
            write!(f, "{:.0}ms", micros as f64 / 1e3)
        } else if micros < 59_995_000 {
            write!(f, "{:.2}s", micros as f64 / 1e6)
        } else {
            let seconds = (micros + 500_000) / 1_000_000;
            write!(f, "{}m{:02}s", seconds / 60, seconds % 60)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_read_three_figures() {
        let shown = |micros| Elapsed::from_micros(micros).to_string();
        assert_eq!(shown(0), "0.0ms");
        assert_eq!(shown(412), "0.4ms");
        assert_eq!(shown(9_949), "9.9ms");
        assert_eq!(shown(9_950), "10ms");
        assert_eq!(shown(999_499), "999ms");
        assert_eq!(shown(999_500), "1.00s");
        assert_eq!(shown(59_994_999), "59.99s");
        assert_eq!(shown(125_000_000), "2m05s");
    }

    #[test]
    fn json_is_milliseconds() {
        assert_eq!(serde_json::to_string(&Elapsed::from_micros(12_345)).unwrap(), "12.345");
        assert!(serde_json::from_str::<Elapsed>("-1").is_err());
        assert!(serde_json::from_str::<Elapsed>("1e300").is_err());
    }

    proptest::proptest! {
        #[test]
        fn json_keeps_every_microsecond(micros in 0u64..31_000_000_000_000) {
            let elapsed = Elapsed::from_micros(micros);
            let text = serde_json::to_string(&elapsed).unwrap();
            proptest::prop_assert_eq!(serde_json::from_str::<Elapsed>(&text).unwrap(), elapsed);
        }
    }
}
