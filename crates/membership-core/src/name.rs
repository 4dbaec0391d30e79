//! Names people see. They are data: one line, no markup, no address of a site, bounded (A55, A56, A69).

use std::fmt;

use serde::Serialize;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::input::{InvalidInput, line, texts, visible};

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

/// A unique name to sign in with. It never looks like an address, so that it cannot shadow one (A04), and no two of them
/// look alike (`docs/decisions/0034`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Username(String);

impl Username {
    /// The fewest characters.
    pub const SHORTEST: usize = 3;
    /// The most characters.
    pub const LONGEST: usize = 40;

    /// Parses a username: 3 to 40 characters of `a`–`z`, `0`–`9`, `.`, `_` and `-`, beginning with a letter. Capitals and
    /// other ways of writing the same letter (Unicode NFKC) are folded, and what nobody sees is dropped, so that two
    /// spellings are one name.
    ///
    /// # Errors
    /// About the field `username`: `too-short`, `too-long`, `looks-like-an-address`, `foreign-letter` for a letter of
    /// another alphabet, and `not-a-username` for whatever else it must not have.
    pub fn parse(text: &str) -> Result<Self, InvalidInput> {
        let text = visible(text).trim().nfkc().collect::<String>().to_ascii_lowercase();
        let wrong = |code, rule: String| Err(InvalidInput::new("username", code, rule));
        if text.contains('@') {
            return wrong(
                "looks-like-an-address",
                "must not look like an e-mail address: leave the `@` out".to_owned(),
            );
        }
        if let Some(letter) = text.chars().find(|c| !c.is_ascii() && c.is_alphanumeric()) {
            let rule = format!("must have letters from a to z only: `{letter}` can be taken for another");
            return wrong("foreign-letter", rule);
        }
        let length = text.chars().count();
        if length < Self::SHORTEST {
            return wrong("too-short", format!("must have at least {} characters", Self::SHORTEST));
        }
        if length > Self::LONGEST {
            return wrong("too-long", format!("must have at most {} characters", Self::LONGEST));
        }
        let fits = text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-'));
        if fits {
            return Ok(Self(text));
        }
        let rule = "must have letters (a–z), digits, dots, underscores or hyphens only, and begin with a letter";
        wrong("not-a-username", rule.to_owned())
    }

    /// Free names to propose for a person, the best first: made of the letters of what they are called, in `a` to `z`.
    /// None where nothing of it can be written so.
    pub fn proposals(name: &PersonName) -> Vec<Self> {
        let plain: String = name.as_str().nfkd().filter(|c| !is_combining_mark(*c)).flat_map(in_latin).collect();
        let plain = plain.to_ascii_lowercase();
        let parts = plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
        let parts: Vec<&str> = parts.collect();
        let whole = match parts.as_slice() {
            [] => return Vec::new(),
            [only] => (*only).to_owned(),
            [first, .., last] => format!("{first}.{last}"),
        };
        let short = match parts.as_slice() {
            [first, .., last] => first.chars().next().map(|initial| format!("{initial}.{last}")),
            _ => None,
        };
        // Two to nine, without those digits that look like a letter.
        let numbered = (2..=9).map(|number| format!("{whole}{number}"));
        let all = [Some(whole.clone()), short].into_iter().flatten().chain(numbered);
        all.filter_map(|text| Self::parse(&text).ok()).collect()
    }

    /// Whether people would take one for the other, on a screen, on paper or read out.
    pub fn looks_like(&self, other: &Self) -> bool {
        self.skeleton() == other.skeleton()
    }

    /// What a store claims for a name, so that no two users have it or one that looks like it: the name itself, and what
    /// is left of it when what looks alike is made equal, behind a mark that no name has.
    pub fn claims(&self) -> [String; 2] {
        [self.0.clone(), format!("~{}", self.skeleton())]
    }

    /// `0` and `o`, `1` and `l`, `rn` and `m`, `vv` and `w` are one, and so are dot, underscore and hyphen. Names have no
    /// other alphabet, so that this is all of Unicode's confusables (UTS #39) that they can have; and it must never
    /// change, for stores keep it.
    fn skeleton(&self) -> String {
        let alike = |c: char| match c {
            '0' => 'o',
            '1' => 'l',
            '_' | '-' => '.',
            other => other,
        };
        self.0.chars().map(alike).collect::<String>().replace("rn", "m").replace("vv", "w")
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Letters that Unicode does not take apart, as they are commonly written without them.
fn in_latin(letter: char) -> Latin {
    let plain: &'static str = match letter {
        'ß' => "ss",
        'Æ' | 'æ' => "ae",
        'Œ' | 'œ' => "oe",
        'Ø' | 'ø' => "o",
        'Ł' | 'ł' => "l",
        'Đ' | 'đ' | 'Ð' | 'ð' => "d",
        'Þ' | 'þ' => "th",
        'ı' => "i",
        // Within a name, not between names.
        '\'' | '’' => "",
        _ => return Latin::Same(Some(letter)),
    };
    Latin::Plain(plain.chars())
}

/// The letters that one letter becomes.
enum Latin {
    Same(Option<char>),
    Plain(std::str::Chars<'static>),
}

impl Iterator for Latin {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        match self {
            Self::Same(letter) => letter.take(),
            Self::Plain(letters) => letters.next(),
        }
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
        assert_eq!(Username::parse("ＡＤＡ").unwrap().as_str(), "ada", "another way of writing the same letters");
        assert_eq!(Username::parse("ada.\u{200d}\u{feff}l").unwrap().as_str(), "ada.l", "as it is copied from a mail");
        for (bad, code) in [
            ("ad", "too-short"),
            ("ad\u{200b}\u{200d}", "too-short"),
            ("", "too-short"),
            (&"a".repeat(41), "too-long"),
            ("ada@example.org", "looks-like-an-address"),
            ("ada＠example.org", "looks-like-an-address"),
            ("а", "foreign-letter"),
            ("аda", "foreign-letter"),
            ("adä", "foreign-letter"),
            ("1ada", "not-a-username"),
            (".ada", "not-a-username"),
            ("a da", "not-a-username"),
        ] {
            assert_eq!(Username::parse(bad).unwrap_err().code, code, "{bad:?}");
        }
    }

    #[test]
    fn names_that_look_alike_are_told() {
        let name = |text: &str| Username::parse(text).unwrap();
        for (one, other, alike) in [
            ("adal", "ada1", true),
            ("bob", "b0b", true),
            ("ada.l", "ada_l", true),
            ("ada-l", "ada.l", true),
            ("arnold", "amold", true),
            ("savvy", "sawy", true),
            ("ada", "ada2", false),
            ("ada.l", "adal", false),
            ("ada", "eda", false),
        ] {
            assert_eq!(name(one).looks_like(&name(other)), alike, "{one} {other}");
            assert_eq!(name(other).looks_like(&name(one)), alike, "{one} {other}");
            assert_eq!(name(one).claims()[1] == name(other).claims()[1], alike, "{one} {other}");
        }
        assert!(Username::parse(&name("ada").claims()[1]).is_err(), "no name is another one's claim");
    }

    #[test]
    fn s4_5_names_are_proposed_in_plain_letters() {
        for (called, first, second) in [
            ("Ada Lovelace", "ada.lovelace", "a.lovelace"),
            ("Zoë Ångström-Łuczak", "zoe.luczak", "z.luczak"),
            ("Ada", "ada", "ada2"),
            ("Søren Kierkegaard Ægir", "soren.aegir", "s.aegir"),
            ("Conan O’Brien", "conan.obrien", "c.obrien"),
        ] {
            let proposals = Username::proposals(&PersonName::parse(called).unwrap());
            let two: Vec<_> = proposals.iter().take(2).map(Username::as_str).collect();
            assert_eq!(two, [first, second], "{called}");
        }
        assert!(Username::proposals(&PersonName::parse("Ли Ю").unwrap()).is_empty());
        assert!(Username::proposals(&PersonName::unknown()).is_empty());
    }
}
