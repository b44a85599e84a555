//! Durations as people write them: `500ms`, `30s`, `15m`, `1h`.

use std::time::Duration;

/// Parses a whole number with a unit.
///
/// # Errors
/// A sentence that says how to write it.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let millis_per_unit: u64 = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return Err("write a duration with its unit, such as 500ms, 30s, 15m or 1h".to_owned()),
    };
    let number: u64 =
        number.parse().map_err(|_| "write a whole number before the unit, such as 30s".to_owned())?;
    number.checked_mul(millis_per_unit).map(Duration::from_millis).ok_or_else(|| "it is too long".to_owned())
}

/// A time limit: from 100 ms to an hour.
///
/// # Errors
/// As [`parse`], or the limits.
pub(crate) fn parse_limit(text: &str) -> Result<Duration, String> {
    within(parse(text)?, Duration::from_millis(100), Duration::from_secs(3_600), "100ms", "1h")
}

/// The interval between tries: from 200 ms, so that nobody is flooded, to a day.
///
/// # Errors
/// As [`parse`], or the limits.
pub(crate) fn parse_interval(text: &str) -> Result<Duration, String> {
    within(parse(text)?, Duration::from_millis(200), Duration::from_secs(86_400), "200ms", "24h")
}

fn within(value: Duration, low: Duration, high: Duration, from: &str, to: &str) -> Result<Duration, String> {
    if (low..=high).contains(&value) {
        Ok(value)
    } else {
        Err(format!("give a duration from {from} to {to}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_needed_and_limits_kept() {
        assert_eq!(parse("30s"), Ok(Duration::from_secs(30)));
        assert_eq!(parse("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(parse("2m"), Ok(Duration::from_secs(120)));
        for text in ["", "5", "s", "-1s", "1.5s", "99999999999999999999s", "18446744073709551615h", "1d"] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert!(parse_limit("0s").is_err() && parse_limit("2h").is_err() && parse_limit("1h").is_ok());
        assert!(parse_interval("100ms").is_err() && parse_interval("24h").is_ok());
    }
}
