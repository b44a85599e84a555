//! The table for people.

use crate::run::{Ran, homing, homing_in};

const OPTIONS: &str = "--as mx --port {smtp} --resolver {validating} --ca-file {ca} --no-dnssec";

fn check(domain: &str, more: &str) -> Ran {
    homing(&format!("check {domain}.test {OPTIONS} {more}"))
}

/// The rows of the table: between the heading and the empty line before the verdict.
fn rows(output: &str) -> Vec<&str> {
    let table = output.split("\n\n").nth(1).unwrap_or_default();
    table.lines().skip(1).collect()
}

#[test]
fn there_is_one_row_for_each_target() {
    let cases = [
        ("plain", 0, 1),
        ("multi", 0, 3),
        ("backup", 1, 2),
        ("manyaddresses", 0, 3),
        ("big", 1, 12),
        ("oldtls", 1, 1),
        // Not tried, but a host that should have been.
        ("unresolvable", 2, 1),
        ("alldown", 2, 2),
    ];
    for (domain, exit, count) in cases {
        let ran = check(domain, "");
        assert_eq!(ran.code, Some(exit), "{domain}: {}", ran.stdout);
        assert_eq!(rows(&ran.stdout).len(), count, "{domain}: {}", ran.stdout);
        assert!(ran.stderr.is_empty(), "{domain}: {}", ran.stderr);
    }
    for domain in ["missing", "nullmx", "nodata"] {
        let ran = check(domain, "");
        assert_eq!(ran.code, Some(2), "{domain}: {}", ran.stdout);
        assert!(ran.stdout.contains("\nDOWN  "), "{domain}: {}", ran.stdout);
    }
}

#[test]
fn a_row_says_what_happened() {
    let ran = check("backup", "");
    let rows = rows(&ran.stdout);
    assert!(rows[0].starts_with("■ 10 ") && rows[0].contains("  down  "), "{}", ran.stdout);
    assert!(rows[0].contains("refused the connection"), "{}", ran.stdout);
    assert!(rows[1].starts_with("● 20 ") && rows[1].contains("  up  "), "{}", ran.stdout);
    assert!(ran.stdout.contains("\nDEGRADED  1 of 2 targets answered; "), "{}", ran.stdout);
    assert!(ran.stdout.contains("exit 1\n"), "{}", ran.stdout);
    let reasons = "\nreasons: connect_refused, some_hosts_down, only_backup_up\n";
    assert!(ran.stdout.contains(reasons), "{}", ran.stdout);

    let ran = check("tls", "");
    let row = self::rows(&ran.stdout)[0];
    assert!(row.contains(" mx.tls.test ") && row.contains("TLSv1.3 cert 89d"), "{}", ran.stdout);
    let ran = check("soon", "");
    assert!(self::rows(&ran.stdout)[0].starts_with("▲ "), "{}", ran.stdout);
}

/// The verdicts, which stand in the last column but one, begin at the same place in all rows.
#[test]
fn columns_are_aligned() {
    for domain in ["multi", "partial", "alldown", "manyaddresses"] {
        let ran = check(domain, "");
        let places: std::collections::BTreeSet<_> = rows(&ran.stdout)
            .iter()
            .map(|row| {
                let at = row.rfind("  up  ").or_else(|| row.rfind("  down  ")).unwrap();
                row[..at].chars().count()
            })
            .collect();
        assert_eq!(places.len(), 1, "{domain}: {}", ran.stdout);
    }
}

#[test]
fn names_are_shown_as_people_write_them() {
    for target in ["bücher", "xn--bcher-kva"] {
        let ran = check(target, "");
        assert!(ran.stdout.starts_with("bücher.test "), "{}", ran.stdout);
        assert!(rows(&ran.stdout)[0].contains(" mx.bücher.test "), "{}", ran.stdout);
        assert!(!ran.stdout.contains("xn--"), "one name in two forms: {}", ran.stdout);
    }
}

#[test]
fn a_terminal_without_unicode_gets_ascii() {
    for domain in ["multi", "backup", "soon", "alldown", "unresolvable", "nullmx", "xn--bcher-kva"] {
        for form in ["", "--transcript", "-n 1"] {
            let ran = homing_in("C", &format!("check {domain}.test {OPTIONS} {form}"));
            assert!(ran.stdout.is_ascii(), "{domain} {form}: {}", ran.stdout);
        }
    }
    let ran = homing_in("C", &format!("check backup.test {OPTIONS}"));
    let rows = rows(&ran.stdout);
    assert!(rows[0].starts_with("x 10 ") && rows[1].starts_with("+ 20 "), "{}", ran.stdout);
    let ran = homing_in("C", &format!("check soon.test {OPTIONS}"));
    assert!(self::rows(&ran.stdout)[0].starts_with("! 10 "), "{}", ran.stdout);
}

#[test]
fn colours_are_for_terminals_or_on_request() {
    for form in ["", "--transcript", "--nagios", "--json", "-n 1", "--color never", "--color auto"] {
        let ran = check("backup", form);
        assert!(!ran.stdout.contains('\x1b'), "{form}: {}", ran.stdout);
    }
    let ran = check("backup", "--color always");
    for words in ["\x1b[31mdown\x1b[0m", "\x1b[32mup\x1b[0m", "\x1b[33mDEGRADED\x1b[0m"] {
        assert!(ran.stdout.contains(words), "{words:?}: {:?}", ran.stdout);
    }
    // Colour only repeats what words say.
    let stripped = ["\x1b[0m", "\x1b[2m", "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[35m"]
        .iter()
        .fold(ran.stdout, |text, code| text.replace(code, ""));
    assert!(!stripped.contains('\x1b'), "{stripped:?}");
    let rows = rows(&stripped);
    assert!(rows[0].contains("  down  ") && rows[1].contains("  up  "), "{stripped}");
}
