//! Rules on the source files themselves.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{none, root};

/// Past this a file has more than one subject.
const MOST_LINES: usize = 800;
/// Past this one looks for the seam; a few files may have none.
const MANY_LINES: usize = 400;
/// Of a hundred files, how many may have many lines, their inline tests left out.
const MANY_OF_HUNDRED: usize = 5;

/// Names that say nothing of what is inside.
const EMPTY_NAMES: [&str; 9] =
    ["util", "utils", "helper", "helpers", "common", "commons", "misc", "manager", "managers"];

/// Words for work that was left undone.
const UNDONE: [&str; 4] = ["TODO", "FIXME", "todo!(", "unimplemented!("];

struct Source {
    path: PathBuf,
    text: String,
}

impl Source {
    fn lines(&self) -> usize {
        self.text.lines().count()
    }

    /// The lines in front of the tests at the end of the file.
    fn lines_without_tests(&self) -> usize {
        let lines: Vec<_> = self.text.lines().collect();
        let tests = lines.windows(2).position(|two| two[0] == "#[cfg(test)]" && two[1].starts_with("mod "));
        tests.unwrap_or(lines.len())
    }
}

/// Every Rust file under version control, by its path from the root.
fn sources() -> Vec<Source> {
    let root = root();
    let mut paths = Vec::new();
    walk(&root, &mut paths);
    let sources: Vec<_> = paths
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            Source { path: path.strip_prefix(&root).unwrap().to_owned(), text }
        })
        .collect();
    assert!(sources.len() > 50, "only {} files were found: the search is broken", sources.len());
    sources
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            // Build output and what belongs to other tools.
            if name != "target" && !name.starts_with('.') {
                walk(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn no_file_is_too_long() {
    let found: Vec<_> = sources()
        .iter()
        .filter(|source| source.lines() > MOST_LINES)
        .map(|source| format!("{}: {} lines", source.path.display(), source.lines()))
        .collect();
    none("files of more than 800 lines", &found);
}

#[test]
fn few_files_are_long() {
    let sources = sources();
    let long: Vec<_> = sources
        .iter()
        .filter(|source| source.lines_without_tests() > MANY_LINES)
        .map(|source| format!("{}: {} lines", source.path.display(), source.lines_without_tests()))
        .collect();
    println!("files of more than {MANY_LINES} lines without tests: {long:?}");
    let allowed = sources.len() * MANY_OF_HUNDRED / 100;
    assert!(long.len() <= allowed, "at most {allowed} of {} files may be long: {long:?}", sources.len());
}

#[test]
fn names_say_what_is_inside() {
    let mut found = Vec::new();
    for source in sources() {
        let parts = source.path.iter().map(|part| part.to_string_lossy().trim_end_matches(".rs").to_owned());
        for part in parts.filter(|part| EMPTY_NAMES.contains(&part.as_str())) {
            found.push(format!("{} ({part})", source.path.display()));
        }
        for module in source.text.lines().filter_map(module_name) {
            if EMPTY_NAMES.contains(&module) {
                found.push(format!("{}: mod {module}", source.path.display()));
            }
        }
    }
    none("modules, files or folders whose names say nothing", &found);
}

/// The name in `mod name;`, `pub(crate) mod name {` and the like.
fn module_name(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let line = match line.strip_prefix("pub") {
        Some(rest) => rest.split_once("mod ").map(|(before, _)| &rest[before.len()..])?,
        None => line,
    };
    let name = line.strip_prefix("mod ")?;
    Some(name.trim_end_matches([' ', ';', '{', '}']))
}

#[test]
fn nothing_is_left_undone() {
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| !source.path.ends_with("tests/tidy/sources.rs")) {
        for (number, line) in source.text.lines().enumerate() {
            if UNDONE.iter().any(|word| line.contains(word)) {
                found.push(format!("{}:{}: {}", source.path.display(), number + 1, line.trim()));
            }
        }
    }
    none("work left undone", &found);
}

#[test]
fn each_library_says_what_it_is_and_how_it_is_laid_out() {
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| source.path.ends_with("src/lib.rs")) {
        if !source.text.starts_with("//! ") {
            found.push(format!("{} does not begin with what it is", source.path.display()));
        }
        if !source.text.lines().any(|line| line == "//! # Layout") {
            found.push(format!("{} has no section `# Layout`", source.path.display()));
        }
    }
    none("libraries that do not introduce themselves", &found);
}
