//! The table, in parts: each file has the rows of one part of a session.

mod answers;
mod display;
mod endings;
mod envelope;
mod greeting;
mod lines;
mod login;
mod pauses;
mod starttls;

use crate::row::Row;

/// Every row.
pub(crate) fn rows() -> Vec<Row> {
    [
        greeting::rows(),
        lines::rows(),
        answers::rows(),
        endings::rows(),
        pauses::rows(),
        starttls::rows(),
        login::rows(),
        envelope::rows(),
        display::rows(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
