//! The texts of mails: one subject, text and HTML template of each kind and language, and the engine that fills them and
//! what organizations write in their place.

use membership_core::language::Language;
use membership_core::wording::{TemplateKey, Wording};
use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, UndefinedBehavior, Value};

/// What a template may spend on one mail; the longest of ours takes about a hundredth of it.
const FUEL: u64 = 50_000;

macro_rules! defaults {
    ($($language:literal: $($kind:literal)*;)*) => {
        &[
            ("layout.html", include_str!("templates/layout.html")),
            ("parts.html", include_str!("templates/parts.html")),
            ("own.html", include_str!("templates/own.html")),
            $($(
                (concat!($language, "/", $kind, ".subject"), include_str!(concat!("templates/", $language, "/", $kind, ".subject"))),
                (concat!($language, "/", $kind, ".txt"), include_str!(concat!("templates/", $language, "/", $kind, ".txt"))),
                (concat!($language, "/", $kind, ".html"), include_str!(concat!("templates/", $language, "/", $kind, ".html"))),
            )*)*
        ]
    };
}

const DEFAULTS: &[(&str, &str)] = defaults! {
    "en": "invitation" "reminder" "program_invitation" "access_ending" "access_ended" "member_deactivated"
          "member_deactivating" "invitation_accepted" "seat_allocated" "ownership_transferred" "access_removed"
          "address_verification" "address_in_use" "one_time_login" "password_reset" "additional_address"
          "password_changed" "identities_changed" "second_factor_changed" "addresses_changed"
          "seat_awaited" "seats_filling" "subscription_ending" "account_set_up" "login_changed";
    "fr": "invitation" "reminder" "program_invitation" "access_ending" "access_ended" "member_deactivated"
          "member_deactivating" "invitation_accepted" "seat_allocated" "ownership_transferred" "access_removed"
          "address_verification" "address_in_use" "one_time_login" "password_reset" "additional_address"
          "password_changed" "identities_changed" "second_factor_changed" "addresses_changed"
          "seat_awaited" "seats_filling" "subscription_ending" "account_set_up" "login_changed";
};

/// The built-in text of a template, to begin editing from.
pub(crate) fn built_in(template: TemplateKey) -> Wording {
    let part = |part| {
        let wanted = template_name(template.kind.as_str(), template.language, part);
        let found = DEFAULTS.iter().find(|(name, _)| *name == wanted);
        found.map(|(_, source)| source.trim_end().to_owned()).unwrap_or_default()
    };
    Wording::of(part("subject"), part("txt"))
}

fn template_name(kind: &str, language: Language, part: &str) -> String {
    format!("{}/{kind}.{part}", language.tag())
}

/// An engine without filters, functions or a way to other files: all it can do is fill in and choose. HTML is escaped
/// by the template's name, and a placeholder that nothing fills is an error.
fn environment() -> Result<Environment<'static>, minijinja::Error> {
    let mut environment = Environment::empty();
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    environment.set_auto_escape_callback(minijinja::default_auto_escape_callback);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.set_debug(false);
    Ok(environment)
}

/// The default templates, parsed once.
pub(crate) struct Templates {
    environment: Environment<'static>,
}

impl Templates {
    /// Parses all of them.
    pub(crate) fn new() -> Result<Self, minijinja::Error> {
        let mut environment = environment()?;
        for (name, source) in DEFAULTS {
            environment.add_template(name, source)?;
        }
        Ok(Self { environment })
    }

    /// Renders one part (`subject`, `txt` or `html`) of a kind.
    pub(crate) fn render(
        &self,
        kind: &str,
        language: Language,
        part: &str,
        facts: &Value,
    ) -> Result<String, minijinja::Error> {
        self.environment.get_template(&template_name(kind, language, part))?.render(facts)
    }

    /// Renders the HTML part of a mail that an organization worded itself.
    pub(crate) fn render_own(&self, facts: &Value) -> Result<String, minijinja::Error> {
        self.environment.get_template("own.html")?.render(facts)
    }

    /// Fills what somebody wrote. It has been checked to be no program; should the check ever be wrong, the engine
    /// still knows no filters, no functions and no other template, and its fuel ends.
    pub(crate) fn fill(source: &str, facts: &Value) -> Result<String, minijinja::Error> {
        environment()?.render_str(source, facts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use membership_core::wording::TemplateKind;

    #[test]
    fn every_built_in_text_passes_the_check_that_edited_ones_must_pass() {
        for template in TemplateKey::all() {
            let built_in = built_in(template);
            let parsed = Wording::parse(template.kind, &built_in.subject, &built_in.text);
            assert_eq!(parsed, Ok(built_in), "{template}");
        }
    }

    #[test]
    fn s0_8_the_engine_shows_the_link_wherever_the_check_says_it_shows() {
        let pieces = [
            "{{ link }}",
            "{{link}}",
            "{% if inviter %}",
            "{% if message %}",
            "{%if role%}",
            "{% else %}",
            "{% endif %}",
            "} {",
            "\n",
            "a {# b",
        ];
        let mut agreed = 0;
        for number in 0..pieces.len().pow(5) {
            let digit = |place: u32| pieces[number / pieces.len().pow(place) % pieces.len()];
            let source: String = (0..5).map(digit).collect();
            let Ok(wording) = Wording::parse(TemplateKind::Invitation, "x", &source) else { continue };
            agreed += 1;
            for (inviter, message) in [(true, true), (true, false), (false, true), (false, false)] {
                let facts = [("link", "LINK"), ("role", "r")].map(|(name, value)| (name, Value::from(value)));
                let flags = [("inviter", inviter), ("message", message)].map(|(name, it)| (name, Value::from(it)));
                let filled = Templates::fill(&wording.text, &Value::from_pairs(facts.into_iter().chain(flags)));
                assert!(filled.as_ref().is_ok_and(|text| text.contains("LINK")), "{source:?}: {filled:?}");
            }
        }
        assert!(1_000 < agreed, "{agreed}");
    }
}
