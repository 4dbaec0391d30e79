//! What an organization keeps of a member besides address and role. Names and language are the person's own (S2.8);
//! the rest is the organization's.

use serde::{Deserialize, Serialize};

use crate::input::{InvalidInput, line, paragraph, texts};
use crate::language::Language;
use crate::name::Names;

/// What an organization keeps of a member besides address and role.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MemberProfile {
    /// First and last name, where they are known apart.
    pub names: Names,
    /// The language to write to the member in; the organization's if none is set.
    pub language: Option<Language>,
    /// Words the organization sorts its members by (S2.7).
    pub labels: Labels,
    /// The number the member has in the organization's own books, unique in it.
    pub number: Option<MemberNumber>,
    /// What the organization notes of the member: for the API and the export, never on a page (S2.9).
    pub additional_information: Option<AdditionalInformation>,
}

/// Words the organization sorts its members by: each once, in the order in which they were given.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct Labels(Vec<String>);

impl Labels {
    /// The most labels a member has.
    pub const MOST: usize = 20;
    /// The longest label, in characters.
    pub const LONGEST: usize = 60;

    /// Cleans and checks labels. One that is given twice, in whatever case, counts once.
    ///
    /// # Errors
    /// `too-many`, `separator`, and those of a line of text, about the field `labels`.
    pub fn parse<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Result<Self, InvalidInput> {
        let mut labels: Vec<String> = Vec::new();
        for text in texts {
            let label = line("labels", text.as_ref(), Self::LONGEST)?;
            if label.contains('|') {
                let rule = "must not contain `|`, which separates labels in lists";
                return Err(InvalidInput::new("labels", "separator", rule));
            }
            let key = label.to_lowercase();
            if labels.iter().any(|known| known.to_lowercase() == key) {
                continue;
            }
            if labels.len() == Self::MOST {
                let rule = format!("must be at most {}; remove one first", Self::MOST);
                return Err(InvalidInput::new("labels", "too-many", rule));
            }
            labels.push(label);
        }
        Ok(Self(labels))
    }

    /// The labels.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl TryFrom<Vec<String>> for Labels {
    type Error = InvalidInput;

    fn try_from(texts: Vec<String>) -> Result<Self, Self::Error> {
        Self::parse(texts)
    }
}

impl From<Labels> for Vec<String> {
    fn from(labels: Labels) -> Self {
        labels.0
    }
}

texts! {
    /// The number a member has in the organization's own books; any short text, such as `2024/0815`.
    MemberNumber, 40, |text| line("number", text, Self::LONGEST);
    /// What an organization notes of a member: several lines, at most 2,000 characters.
    AdditionalInformation, 2_000, |text| {
        let field = "additional_information";
        paragraph(field, text, Self::LONGEST)?.ok_or_else(|| InvalidInput::new(field, "empty", "must not be empty"))
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_few_short_and_each_there_once() {
        let labels = Labels::parse([" North ", "north", "Professional Photographer"]).unwrap();
        assert_eq!(labels.iter().collect::<Vec<_>>(), ["North", "Professional Photographer"]);
        let code = |texts: &[&str]| Labels::parse(texts).map_err(|e| (e.field.into_owned(), e.code)).err();
        assert_eq!(code(&["a|b"]), Some(("labels".to_owned(), "separator")));
        assert_eq!(code(&[""]), Some(("labels".to_owned(), "empty")));
        let many: Vec<_> = (0..21).map(|number| format!("label {number}")).collect();
        assert!(Labels::parse(&many[..20]).is_ok());
        assert_eq!(Labels::parse(many).map_err(|e| e.code).err(), Some("too-many"));
        assert_eq!(code(&[&"x".repeat(61)]), Some(("labels".to_owned(), "too-long")));
    }

    #[test]
    fn a_number_is_a_short_line_and_information_may_have_several() {
        assert_eq!(MemberNumber::parse(" 2024/0815 ").unwrap().as_str(), "2024/0815");
        assert_eq!(MemberNumber::parse("a\nb").map_err(|e| e.code).err(), Some("control-character"));
        assert_eq!(AdditionalInformation::parse("a\r\nb").unwrap().as_str(), "a\nb");
        assert_eq!(AdditionalInformation::parse(" ").map_err(|e| e.code).err(), Some("empty"));
        assert_eq!(AdditionalInformation::parse(&"x".repeat(2_001)).map_err(|e| e.code).err(), Some("too-long"));
    }
}
