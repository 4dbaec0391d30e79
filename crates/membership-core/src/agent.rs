//! What began a sign-in, in words its owner recognises in a list. Nothing is decided on it: anybody can claim anything.

/// The longest name of a program that is kept.
const LONGEST: usize = 40;

/// Browsers by what they call themselves. Many claim to be others as well, so that the order counts.
const BROWSERS: [(&str, &str); 6] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// Systems by what browsers call them; a phone claims to be its desktop's system too.
const SYSTEMS: [(&str, &str); 7] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

/// `Firefox on Linux` for a browser, the program's own name for anything else, `None` for what has none.
pub fn description(user_agent: &str) -> Option<String> {
    let named = |names: &[(&str, &'static str)]| {
        names.iter().find(|(part, _)| user_agent.contains(part)).map(|(_, name)| *name)
    };
    match (named(&BROWSERS), named(&SYSTEMS)) {
        (Some(browser), Some(system)) => Some(format!("{browser} on {system}")),
        (Some(browser), None) => Some(browser.to_owned()),
        _ => program(user_agent),
    }
}

/// The product's name, of those characters that a name may have (RFC 9110, section 5.6.2).
fn program(user_agent: &str) -> Option<String> {
    let name = user_agent.split(['/', ' ']).next().unwrap_or_default();
    let name: String =
        name.chars().filter(|c| c.is_ascii_alphanumeric() || "-_.+".contains(*c)).take(LONGEST).collect();
    if name.is_empty() { None } else { Some(name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(user_agent: &str, expected: Option<&str>) {
        assert_eq!(description(user_agent).as_deref(), expected);
    }

    #[test]
    fn browsers_and_programs_are_told_apart() {
        check("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", Some("Firefox on Linux"));
        let chrome = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
        check(&format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) {chrome}"), Some("Chrome on Windows"));
        check(&format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) {chrome} Edg/140.0.0.0"), Some("Edge on Windows"));
        check(&format!("Mozilla/5.0 (Linux; Android 10; K) {chrome}"), Some("Chrome on Android"));
        let safari = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1";
        check(&format!("Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) {safari}"), Some("Safari on iPhone"));
        check("curl/8.15.0", Some("curl"));
        check("python-requests/2.32", Some("python-requests"));
        check("", None);
        check("<script>alert(1)</script>", Some("scriptalert1"));
        check(&"x".repeat(500), Some("x".repeat(40).as_str()));
    }
}
