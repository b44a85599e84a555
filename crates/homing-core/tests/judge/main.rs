//! The verdict: a row for every reason code, and the rules for several hosts.

mod build;
mod properties;
mod rules;
mod table;
