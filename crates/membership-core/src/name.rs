//! Names people see. They are data: one line, no markup, no address of a site, bounded (A55, A56, A69).

use std::fmt;

use serde::Serialize;

use crate::input::{InvalidInput, line, texts};

texts! {
    /// What an organization calls itself.
    OrganizationName, 80, |text| line("name", text, Self::LONGEST);
    /// What a person is called, in one field: people have one name or many, in any order.
    PersonName, 100, |text| line("name", text, Self::LONGEST);
    /// What a group is called.
    GroupName, 80, |text| line("name", text, Self::LONGEST);
    /// What a program is called.
    ProgramName, 100, |text| line("name", text, Self::LONGEST);
    /// What a session of a program is called.
    SessionTitle, 100, |text| line("title", text, Self::LONGEST);
    /// What a key is called by whoever made it: what it is for.
    KeyName, 80, |text| line("name", text, Self::LONGEST);
    /// What an operator calls a package that is sold.
    PlanName, 80, |text| line("plan", text, Self::LONGEST);
}

impl PersonName {
    /// What somebody is called of whom nobody has said a name.
    pub fn unknown() -> Self {
        Self("—".to_owned())
    }
}

/// A person's first and last name, where they are known apart (S2.3). Either may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names {
    /// The first name.
    pub first: Option<PersonName>,
    /// The last name.
    pub last: Option<PersonName>,
}

impl Names {
    /// Both in one field, the first name first; `None` if there is neither.
    ///
    /// # Errors
    /// `too-long`, about the field `name`.
    pub fn whole(&self) -> Result<Option<PersonName>, InvalidInput> {
        let parts: Vec<_> = self.first.iter().chain(&self.last).map(PersonName::as_str).collect();
        if parts.is_empty() { Ok(None) } else { PersonName::parse(&parts.join(" ")).map(Some) }
    }

    /// Whether neither is known.
    pub fn is_empty(&self) -> bool {
        self.first.is_none() && self.last.is_none()
    }
}

/// A unique name to sign in with. It never looks like an address, so that it cannot shadow one (A04).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Username(String);

impl Username {
    /// Parses a username: 3 to 40 characters of `a`–`z`, `0`–`9`, `.`, `_` and `-`, beginning with a letter; capitals
    /// are folded, so that two spellings are one name.
    ///
    /// # Errors
    /// `not-a-username`, about the field `username`.
    pub fn parse(text: &str) -> Result<Self, InvalidInput> {
        let text = text.trim().to_ascii_lowercase();
        let fits = (3..=40).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-'));
        if fits {
            return Ok(Self(text));
        }
        let rule = "must have 3 to 40 letters (a–z), digits, dots, underscores or hyphens, and begin with a letter";
        Err(InvalidInput::new("username", "not-a-username", rule))
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_username_never_looks_like_an_address() {
        assert_eq!(Username::parse(" Ada.L ").unwrap().as_str(), "ada.l");
        for bad in ["ad", "ada@example.org", "1ada", "adä", "a da", &"a".repeat(41)] {
            assert!(Username::parse(bad).is_err(), "{bad}");
        }
    }
}
