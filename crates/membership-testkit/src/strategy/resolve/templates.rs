//! Texts of mails as a walk picks them: good ones, and now and then one without what it must say.

use membership_core::language::Language;
use membership_core::wording::{TemplateKey, TemplateKind, Wording};

use crate::strategy::step::Pick;

/// One of the templates.
pub(super) fn template(pick: Pick) -> TemplateKey {
    let first = TemplateKey { kind: TemplateKind::Invitation, language: Language::English };
    pick.of(TemplateKey::all()).unwrap_or(first)
}

/// A text that every kind of mail can have; now and then one that lacks the link, or names nobody knows what.
pub(super) fn wording(pick: Pick) -> Wording {
    let text = match pick.0 % 8 {
        0 => "Hello {{ organization }}".to_owned(),
        1 => "Hello {{ nobody }} {{ link }}".to_owned(),
        number => format!("Text {number} {{{{ link }}}}"),
    };
    Wording::of("Hello {{ organization }}".to_owned(), text)
}
