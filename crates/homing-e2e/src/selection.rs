//! Which servers to start.

use std::collections::BTreeSet;

use anyhow::{Result, bail};

/// Servers that start and stop together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Knot, unbound and the three resolvers that give no answer.
    Dns,
    /// Every Postfix listener, with Dovecot for its SASL.
    Postfix,
    /// Exim.
    Exim,
    /// OpenSMTPD.
    OpenSmtpd,
    /// smtp-sink and the server that never greets.
    Sink,
}

const NAMES: [(&str, Group); 5] = [
    ("dns", Group::Dns),
    ("postfix", Group::Postfix),
    ("exim", Group::Exim),
    ("opensmtpd", Group::OpenSmtpd),
    ("sink", Group::Sink),
];

/// A set of groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection(BTreeSet<Group>);

impl Selection {
    /// Everything.
    pub fn all() -> Self {
        Self(NAMES.iter().map(|(_, group)| *group).collect())
    }

    /// Parses a list such as `dns,postfix`.
    pub fn parse(text: &str) -> Result<Self> {
        let mut groups = BTreeSet::new();
        for word in text.split(',') {
            let Some((_, group)) = NAMES.iter().find(|(name, _)| *name == word) else {
                let known: Vec<_> = NAMES.iter().map(|(name, _)| *name).collect();
                bail!("no group of servers is called {word:?}; there are {}", known.join(", "));
            };
            groups.insert(*group);
        }
        Ok(Self(groups))
    }

    /// Whether the group is to be started.
    pub fn has(&self, group: Group) -> bool {
        self.0.contains(&group)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_selects_exactly_its_groups() {
        let selection = Selection::parse("dns,exim").unwrap();
        assert!(selection.has(Group::Dns) && selection.has(Group::Exim));
        assert!(!selection.has(Group::Postfix));
    }

    #[test]
    fn an_unknown_group_is_named_in_the_error() {
        let error = Selection::parse("dns,sendmail").unwrap_err().to_string();
        assert!(error.contains("sendmail") && error.contains("opensmtpd"), "{error}");
    }
}
