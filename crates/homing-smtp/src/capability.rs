//! What a server announces in its EHLO reply (RFC 5321 §4.1.1.1).

use homing_core::reply::Reply;

/// The keywords of an EHLO reply with their parameters, as sent; keyword in upper case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities(Vec<String>);

impl Capabilities {
    /// Reads every line but the first, which is the server's name.
    pub fn from_reply(reply: &Reply) -> Self {
        Self(reply.lines.iter().skip(1).map(|line| canonical(line)).filter(|line| !line.is_empty()).collect())
    }

    /// The parameters of a keyword, if it is announced.
    pub fn get(&self, keyword: &str) -> Option<&str> {
        self.0.iter().find_map(|line| {
            let (word, parameters) = line.split_once(' ').unwrap_or((line, ""));
            (word == keyword).then_some(parameters)
        })
    }

    /// Whether a keyword is announced.
    pub fn has(&self, keyword: &str) -> bool {
        self.get(keyword).is_some()
    }

    /// Whether AUTH with this mechanism is announced; the obsolete form `AUTH=LOGIN` counts too.
    pub fn has_auth(&self, mechanism: &str) -> bool {
        self.0
            .iter()
            .filter_map(|line| line.strip_prefix("AUTH ").or_else(|| line.strip_prefix("AUTH=")))
            .any(|mechanisms| {
                mechanisms.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case(mechanism))
            })
    }

    /// Whether nothing is announced.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The lines, for evidence.
    pub fn into_lines(self) -> Vec<String> {
        self.0
    }
}

/// Keywords are case-insensitive; parameters keep their case.
fn canonical(line: &str) -> String {
    let line = line.trim();
    let end = line.find([' ', '=']).unwrap_or(line.len());
    let mut out = line.to_owned();
    if let Some(keyword) = out.get_mut(..end) {
        keyword.make_ascii_uppercase();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn capabilities(lines: &[&str]) -> Capabilities {
        let lines = lines.iter().map(|&line| line.to_owned()).collect();
        Capabilities::from_reply(&Reply { code: 250, enhanced: None, lines })
    }

    #[test]
    fn the_first_line_is_the_name() {
        let found = capabilities(&["STARTTLS.test", "size 1000", "StartTLS", "AUTH plain LOGIN"]);
        assert_eq!(found.get("SIZE"), Some("1000"));
        assert!(found.has("STARTTLS") && !found.has("STARTTLS.TEST"));
        assert!(found.has_auth("PLAIN") && found.has_auth("LOGIN") && !found.has_auth("XOAUTH2"));
        assert_eq!(found.into_lines(), ["SIZE 1000", "STARTTLS", "AUTH plain LOGIN"]);
    }

    #[test]
    fn the_obsolete_auth_form_counts() {
        assert!(capabilities(&["a", "auth=login"]).has_auth("LOGIN"));
        assert!(!capabilities(&["a", "AUTHORITY login"]).has_auth("LOGIN"));
    }
}
