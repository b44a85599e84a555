//! Sessions over streams in memory: limits of time are exact, because the clock is paused, and certificates are
//! made for each test.

mod certificates;
mod limits;
mod peer;
mod steps;
