//! No text is missing in any language, and every rule that says no has a sentence that says what to do.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use membership_core::login_clear::{LeftAlone, NotGivenBack};
use membership_core::policy::{SeatPolicy, SecondFactorPolicy};
use membership_core::preset::PRESETS;
use membership_core::role::Permission;
use membership_core::seating::WayOut;
use time::macros::datetime;

use super::*;
use crate::page::DONE;
use crate::pages::importing::begin::COLUMNS;
use crate::pages::organization::invitation_action::InvitationAction;
use crate::pages::organization::invitations::Tab;
use crate::pages::organization::log::{KINDS, TOLD};
use crate::pages::organization::member_action::MemberAction;

const ENGLISH_WORDS: Words = Words { language: Language::English };
const FRENCH_WORDS: Words = Words { language: Language::French };

fn files(folder: &str, ending: &str) -> Vec<String> {
    fn walk(folder: &Path, ending: &str, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, ending, found);
            } else if path.extension().is_some_and(|it| it == ending) && !path.ends_with("words_tests.rs") {
                found.push(fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), ending, &mut found);
    found
}

/// A text as it is written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Text {
    key: String,
    written: String,
}

impl Text {
    fn arguments(&self) -> BTreeSet<String> {
        let names = self.written.split('$').skip(1);
        names.map(|rest| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()).collect()
    }
}

/// The texts of a language, by key.
fn texts(words: Words) -> Vec<Text> {
    let mut texts: Vec<Text> = Vec::new();
    for file in files(&format!("locales/{}", words.language), "ftl") {
        for line in file.lines().filter(|line| !line.starts_with('#')) {
            match line.split_once(" =").filter(|_| line.starts_with(|c: char| c.is_ascii_lowercase())) {
                Some((key, text)) => texts.push(Text { key: key.to_owned(), written: text.trim().to_owned() }),
                None => texts.last_mut().map_or((), |text| text.written.push_str(line)),
            }
        }
    }
    texts.sort();
    texts
}

fn keys() -> BTreeSet<String> {
    texts(ENGLISH_WORDS).into_iter().map(|text| text.key).collect()
}

/// The keys that templates and code name in full.
fn named_keys() -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    let sources = files("templates", "html").into_iter().chain(files("src", "rs"));
    for source in sources {
        for call in ["t(", "t1(", "t2(", "n(", "look_up("] {
            for (at, _) in source.match_indices(call) {
                let before = source[..at].chars().next_back();
                let rest = source[at + call.len()..].trim_start();
                let is_call = matches!(before, Some('.' | ' ' | '('));
                if let Some(key) = rest.strip_prefix('"').and_then(|it| it.split('"').next()).filter(|_| is_call) {
                    named.insert(key.to_owned());
                }
            }
        }
    }
    named.retain(|key| key.contains('-') || keys().contains(key));
    named
}

#[test]
fn both_languages_have_the_same_texts_about_the_same_things() {
    let (english, french) = (texts(ENGLISH_WORDS), texts(FRENCH_WORDS));
    let about = |texts: &[Text]| texts.iter().map(|it| (it.key.clone(), it.arguments())).collect::<Vec<_>>();
    assert_eq!(about(&english), about(&french));
    let unique: BTreeSet<_> = english.iter().map(|text| &text.key).collect();
    assert_eq!(unique.len(), english.len(), "a key is given twice");
}

#[test]
fn every_text_is_translated() {
    // These are the same word in both languages, or a name.
    let same = [
        "site-name",
        "site-navigation",
        "invitations-title",
        "log-about-invitations",
        "template-invitation",
        "template-title",
        "field-logo-url",
        "section-",
        "language-",
        "moment",
        "month-of",
        "session-span",
        "sessions-title",
        "records-type",
        "event-member-suspended",
    ];
    for (english, french) in texts(ENGLISH_WORDS).iter().zip(texts(FRENCH_WORDS)) {
        let may_be_same = same.iter().any(|it| english.key.starts_with(it));
        assert!(may_be_same || english.written != french.written, "`{}` is not translated", english.key);
    }
}

#[test]
fn every_text_that_a_page_names_is_there() {
    let named = named_keys();
    assert!(named.len() > 150, "the search for keys finds too few: {}", named.len());
    let missing: Vec<_> = named.difference(&keys()).cloned().collect();
    assert_eq!(missing, Vec::<String>::new());
}

/// The body of the function that begins like this, among the sources of a folder.
fn body(folder: &str, beginning: &str) -> String {
    let sources = files(folder, "rs");
    let found = sources.iter().find_map(|source| source.split_once(beginning));
    let (_, rest) = found.unwrap_or_else(|| panic!("nothing begins with `{beginning}`"));
    rest.split("\n}\n").next().unwrap_or_default().to_owned()
}

/// How an API key can stand.
fn key_states() -> Vec<String> {
    let body = body("src/pages/organization", "fn state(view: &KeyView)");
    let states: Vec<_> = body.split('"').skip(1).step_by(2).map(str::to_owned).collect();
    assert!(states.len() > 4, "the search for the states of keys finds too few: {states:?}");
    states
}

/// The events that stand in the log of an organization; those of an account stand in its own.
fn logged_events() -> BTreeSet<String> {
    let body = body("../membership-core/src", "fn subject(event: &Event)");
    let named = body.split("(\"").filter_map(|it| it.split_once("\", Subject::"));
    let own = named.filter(|(_, of)| !of.starts_with("User(") && !of.starts_with("SecondFactors("));
    let events: BTreeSet<_> = own.map(|(event, _)| event.to_owned()).collect();
    assert!(events.len() > 60, "the search for events finds too few: {events:?}");
    events
}

#[test]
fn every_kind_of_event_can_be_looked_for() {
    let offered: Vec<_> = KINDS.into_iter().flat_map(|(_, events)| events).map(|it| String::from(*it)).collect();
    let once: BTreeSet<_> = offered.iter().cloned().collect();
    assert_eq!(once, logged_events());
    assert_eq!(once.len(), offered.len(), "each is offered once");
}

/// The keys that are made of the name of something.
fn made_keys() -> Vec<String> {
    // What forms call otherwise than their labels.
    let typed = ["name", "at", "days", "deactivates-at", "expires-in-days", "second-factor"];
    let mut expected: Vec<_> = typed.iter().map(|name| format!("typed-{name}")).collect();
    expected.extend(DONE.iter().map(|done| format!("done-{done}")));
    expected.extend((1..=12).map(|month| format!("month-{month}")));
    expected.extend(Language::ALL.map(|language| format!("language-{language}")));
    for action in MemberAction::ALL {
        let slug = action.slug();
        expected.extend([format!("action-{slug}"), format!("confirm-{slug}-title"), format!("confirm-{slug}-what")]);
    }
    for action in InvitationAction::ALL {
        let slug = action.slug();
        expected.extend([format!("action-{slug}"), format!("confirm-{slug}-title"), format!("confirm-{slug}-what")]);
    }
    let at_once = MemberAction::ALL.into_iter().filter(|action| action.is_at_once()).map(MemberAction::slug);
    expected.extend(at_once.chain(["resend"]).map(|slug| format!("now-{slug}")));
    for name in crate::pages::organization::several::names() {
        expected.extend(["title", "what", "submit", "done"].map(|part| format!("several-{name}-{part}")));
    }
    for preset in PRESETS {
        expected.extend([format!("preset-{}", preset.key), format!("preset-{}-about", preset.key)]);
        for role in preset.policy().unwrap().role_scheme.roles() {
            expected.push(format!("role-{}", role.key));
        }
    }
    for permission in Permission::BUILT_IN {
        expected.push(format!("can-{}", permission.as_str().replace(':', "-")));
    }
    for rule in
        ["seat-missing", "seat-awaited", "subscription-expired", "membership-suspended", "membership-deactivated"]
    {
        expected.extend([format!("access-{rule}"), format!("badge-{rule}")]);
    }
    for state in membership_core::invitation::InvitationState::ALL {
        expected.extend(["state", "badge-state"].map(|kind| format!("{kind}-{}", state.as_str())));
    }
    for delivery in membership_core::invitation::Delivery::ALL {
        expected.push(format!("delivery-{}", delivery.as_str()));
    }
    for tab in Tab::ALL {
        expected.extend([format!("invitations-{}", tab.name()), format!("invitations-{}-none", tab.name())]);
    }
    for (about, events) in KINDS {
        expected.push(format!("log-about-{about}"));
        expected.extend(events.iter().map(|event| format!("event-{event}")));
    }
    expected.extend(TOLD.map(|(field, _)| format!("changed-{}", field.replace('_', "-"))));
    for kind in membership_core::wording::TemplateKind::ALL {
        expected.push(format!("template-{}", crate::pages::organization::templates::slug(kind)));
        let about = kind.placeholders().iter().map(|it| format!("placeholder-{}", it.name.replace('_', "-")));
        expected.extend(about);
    }
    for code in ["missing-placeholder", "unknown-placeholder", "not-a-placeholder", "only-a-condition"] {
        expected.push(format!("wording-{code}"));
    }
    expected.extend(["wording-unbalanced-condition", "wording-too-many-placeholders"].map(str::to_owned));
    for result in membership_core::import::RowResult::ALL {
        expected.extend([format!("trial-{}", result.as_str()), format!("outcome-{}", result.as_str())]);
    }
    for state in membership_core::import::ImportState::ALL {
        expected.push(format!("import-state-{}", state.as_str()));
    }
    for existing in membership_core::import::Existing::ALL {
        expected.extend([format!("existing-{}", existing.as_str()), format!("existing-{}-about", existing.as_str())]);
    }
    for column in COLUMNS {
        let key = column.replace('_', "-");
        expected.extend([format!("column-{key}"), format!("column-{key}-about")]);
    }
    for section in [
        "overview",
        "members",
        "roster",
        "invitations",
        "groups",
        "programs",
        "records",
        "seats",
        "templates",
        "keys",
        "log",
        "settings",
    ] {
        expected.push(format!("section-{section}"));
    }
    expected.extend(membership_core::resource::Level::ALL.map(|level| format!("level-{}", level.as_str())));
    for event in ["registered", "restriction-changed", "removed", "shared", "unshared"] {
        expected.push(format!("log-record-{event}"));
    }
    for (kind, reasons) in [
        ("left-alone", LeftAlone::ALL.map(LeftAlone::as_str).as_slice()),
        ("not-given-back", NotGivenBack::ALL.map(NotGivenBack::as_str).as_slice()),
    ] {
        expected.extend(reasons.iter().map(|reason| format!("{kind}-{}", reason.replace('_', "-"))));
    }
    expected.extend(key_states().into_iter().map(|state| format!("key-state-{state}")));
    for factor in SecondFactorPolicy::ALL {
        let key = format!("policy-factor-{}", factor.as_str());
        expected.extend([format!("{key}-about"), key]);
    }
    expected.extend(logged_events().into_iter().map(|event| format!("log-{event}")));
    expected.push("log-other".to_owned());
    expected.extend(crate::theme::Theme::ALL.map(|theme| format!("theme-{}", theme.name())));
    for stop in [
        "not-found",
        "not-allowed",
        "form-expired",
        "unreadable",
        "too-long",
        "provider-denied",
        "provider-astray",
        "provider-disbelieved",
        "provider-unreachable",
    ] {
        expected.extend([format!("stop-{stop}"), format!("stop-{stop}-text")]);
    }
    expected
}

#[test]
fn every_text_that_is_made_of_a_name_is_there() {
    let keys = keys();
    let missing: Vec<_> = made_keys().into_iter().filter(|key| !keys.contains(key)).collect();
    assert_eq!(missing, Vec::<String>::new());
}

/// What stands between quotation marks in these sources, and could be a key or the name of something.
fn quoted(sources: &[String]) -> BTreeSet<&str> {
    let pieces = sources.iter().flat_map(|source| source.split('"'));
    pieces
        .filter(|it| !it.is_empty() && it.chars().all(|c| c.is_ascii_alphanumeric() || "-_{}()".contains(c)))
        .collect()
}

/// Whether a key can come of a pattern such as `confirm-{}-what`.
fn comes_of(key: &str, pattern: &str) -> bool {
    let fixed: Vec<_> = pattern.split('{').map(|part| part.split_once('}').map_or(part, |(_, fixed)| fixed)).collect();
    let [first, .., last] = fixed.as_slice() else { return key == pattern };
    first.len() > 3 && key.len() > first.len() + last.len() && key.starts_with(first) && key.ends_with(last)
}

#[test]
fn no_text_is_left_over() {
    let pages: Vec<_> = files("templates", "html").into_iter().chain(files("src", "rs")).collect();
    let elsewhere: Vec<_> = ["core", "http", "csv", "passkeys"]
        .iter()
        .flat_map(|name| files(&format!("../membership-{name}/src"), "rs"))
        .collect();
    let (written, names) = (quoted(&pages), quoted(&elsewhere));
    let made: BTreeSet<_> = made_keys().into_iter().collect();
    let codes: BTreeSet<_> = Refusal::CODES.iter().map(|(code, _)| format!("refusal-{code}")).collect();
    // Codes of input and kinds of events are named where they come from, and some of both on a page.
    let named =
        |name: &str| names.contains(name) || names.contains(name.replace('-', "_").as_str()) || written.contains(name);
    let of_input = |key: &str| {
        let rest = key.strip_prefix("invalid-")?;
        let mut ends = rest.match_indices('-').map(|(at, _)| &rest[at + 1..]).chain([rest]);
        ends.any(named).then_some(())
    };
    let is_used = |key: &str| {
        let of_event = key.strip_prefix("log-").is_some_and(named);
        let patterns = written.iter().filter(|it| it.contains('{'));
        let others = ["action", "confirm", "done", "event", "invalid", "log", "refusal", "section", "stop"];
        let mut patterns = patterns.filter(|it| !others.iter().any(|kind| it.starts_with(kind)));
        written.contains(key)
            || made.contains(key)
            || codes.contains(key)
            || of_event
            || of_input(key).is_some()
            || patterns.any(|pattern| comes_of(key, pattern))
    };
    let left_over: Vec<_> = keys().into_iter().filter(|key| !is_used(key)).collect();
    assert_eq!(left_over, Vec::<String>::new());
    // The search can find something.
    assert!(!is_used("nobody-says-this") && !is_used("done-never") && !is_used("refusal-never"));
}

#[test]
fn whatever_can_be_typed_has_a_name_when_it_is_sent_again() {
    let (keys, mut named) = (keys(), 0);
    let fields = ["line", "email", "area", "select"].map(|kind| format!("Field::{kind}(\""));
    let choices = ["Choices::new(\"", "Choices::several(\"", "Boxes::new(\""].map(str::to_owned);
    for source in files("src", "rs") {
        for call in fields.iter().chain(&choices) {
            for name in source.split(call.as_str()).skip(1).filter_map(|rest| rest.split('"').next()) {
                let name = name.replace('_', "-");
                let has = |kind: &str| keys.contains(&format!("{kind}-{name}"));
                assert!(has("typed") || has("field"), "nobody is told what was typed into `{name}`");
                named += 1;
            }
        }
    }
    assert!(named > 30, "the search for fields finds too few: {named}");
}

#[test]
fn whatever_has_been_done_is_said_somewhere() {
    let sources = files("src", "rs");
    for done in DONE {
        let said = |source: &String| {
            let links = [format!("done={done}\""), format!("done={done}&"), format!("done={done}#")];
            links.iter().any(|it| source.contains(it)) || source.matches(&format!("\"{done}\"")).count() > 0
        };
        let places = sources.iter().filter(|source| !source.contains("pub(crate) const DONE")).filter(|it| said(it));
        assert!(places.count() > 0, "no page leads to `{done}`");
    }
}

#[test]
fn x_1_every_refusal_has_a_sentence_that_says_what_to_do() {
    for words in [ENGLISH_WORDS, FRENCH_WORDS] {
        let texts = texts(words);
        for (code, _) in Refusal::CODES {
            let text = texts.iter().find(|text| text.key == format!("refusal-{code}"));
            let text = &text.unwrap_or_else(|| panic!("`{code}` has no sentence in {}", words.language)).written;
            let says_more = [". ", "; ", ", or "].iter().any(|pause| text.contains(pause));
            assert!(says_more && text.ends_with('.'), "`{code}` says what holds, but not what to do: {text}");
        }
    }
}

#[test]
fn a_refusal_names_what_it_is_about() {
    let full = Refusal::SeatLimitReached { limit: 8, taken: 8, ways_out: WayOut::under(SeatPolicy::OnInviting) };
    assert!(ENGLISH_WORDS.refusal(&full).contains("All 8 seats"));
    assert!(FRENCH_WORDS.refusal(&full).contains("Les 8 places"));
    let lacking = Refusal::PermissionMissing { permission: Permission::INVITE };
    assert!(ENGLISH_WORDS.refusal(&lacking).contains("invite people"));
    let long = membership_core::name::OrganizationName::parse(&"x".repeat(81)).unwrap_err();
    assert!(ENGLISH_WORDS.invalid(&long).contains("at most 80 characters"));
    let strange = InvalidInput::new("field", "never-heard-of", "must not be");
    assert_eq!(ENGLISH_WORDS.invalid(&strange), ENGLISH_WORDS.t("refusal-invalid-input"));
}

#[test]
fn s2_7_every_reason_why_a_row_fails_is_said_in_words() {
    let of_rows = [
        "address-missing",
        "already-invited",
        "already-member",
        "common",
        "date-in-the-past",
        "duplicate",
        "empty",
        "formula",
        "in-use",
        "not-a-role",
        "not-a-switch",
        "not-a-time",
        "not-an-address",
        "not-an-id",
        "number-taken",
        "open-quote",
        "own-name",
        "permission-missing",
        "rate-limited",
        "role-above-yours",
        "row-lost",
        "seat-limit-reached",
        "subscription-over",
        "too-long",
        "too-many-cells",
        "too-short",
        "unknown-group",
        "unknown-language",
        "unknown-role",
    ];
    for words in [ENGLISH_WORDS, FRENCH_WORDS] {
        for code in of_rows {
            let told = words.row_problem(&RowProblem::new("", code, "fallback at most 40"));
            assert!(!told.contains("fallback") && !told.contains(['{', '$']), "{code}: {told}");
        }
    }
    let short = RowProblem::new("password", "too-short", "`password` must have at least 15 characters");
    assert!(ENGLISH_WORDS.row_problem(&short).starts_with("Initial password: This password is too short: at least 15"));
    let column = InvalidInput::new("file", "unknown-column", "cannot be imported: not known, `shoe size`; remove it");
    assert!(FRENCH_WORDS.invalid(&column).contains("colonne inconnue : shoe size."));
}

#[test]
fn a_name_from_right_to_left_is_set_apart_in_a_sentence_and_no_other_is() {
    for name in ["Bob", "Zoé Ångström", "Мария", "山田", "1 March 2027"] {
        let told = ENGLISH_WORDS.t2("log-member-removed", ("actor", "Ada"), ("subject", name));
        assert_eq!(told, format!("Ada removed {name}"));
    }
    for name in ["\u{5D0}\u{5D1}", "Bob \u{627}", "\u{7C1}", "\u{FB1D}", "\u{FE8D}", "\u{1E900}", "\u{200F}Bob"] {
        let told = ENGLISH_WORDS.t2("log-member-removed", ("actor", "Ada"), ("subject", name));
        assert_eq!(told, format!("Ada removed \u{2068}{name}\u{2069}"));
        let copied = ENGLISH_WORDS.to_copy("hint-confirm-name", "name", name);
        assert!(copied.contains(name) && !copied.contains(['\u{2068}', '\u{2069}']), "{copied:?}");
    }
}

#[test]
fn french_has_one_word_for_one_thing() {
    let others = [
        ("identifiants", "accès"),
        ("opérateur", "exploitant"),
        ("clés api", "clés d’API"),
        ("clé api", "clé d’API"),
        ("documents", "enregistrements"),
        ("modèles de courriel", "textes des courriels"),
        ("boîte aux lettres", "messagerie"),
        ("annuler une invitation", "retirer une invitation"),
        ("invitation a été annulée", "invitation a été retirée"),
        ("déclinée", "refusée"),
        ("e-mail", "courriel"),
    ];
    let mails = ["html", "txt", "subject"].map(|ending| files("../membership-smtp/src/templates/fr", ending));
    let pages = texts(FRENCH_WORDS).into_iter().map(|text| text.written);
    for text in pages.chain(mails.into_iter().flatten()) {
        // An address is one for e-mail; what is sent to it is a `courriel`.
        let read = text.to_lowercase().replace("adresse e-mail", "").replace("adresses e-mail", "");
        for (other, kept) in others {
            assert!(!read.contains(other), "`{kept}` is called `{other}` here: {text}");
        }
    }
}

#[test]
fn dates_are_read_in_both_languages() {
    let at = datetime!(2027-03-01 09:05 UTC);
    assert_eq!(ENGLISH_WORDS.moment(at), "1 March 2027, 09:05 UTC");
    assert_eq!(FRENCH_WORDS.moment(at), "1er mars 2027, 09:05 UTC");
    assert_eq!(FRENCH_WORDS.date(datetime!(2027-08-31 23:00 -2)), "1er septembre 2027");
}

#[test]
fn numbers_choose_singular_and_plural() {
    assert_eq!(ENGLISH_WORDS.n("problems", 1), "One entry below needs your attention.");
    assert_eq!(ENGLISH_WORDS.n("problems", 2), "2 entries below need your attention.");
    assert_eq!(FRENCH_WORDS.n("problems", 2), "2 saisies ci-dessous demandent votre attention.");
}

#[test]
fn the_digits_of_long_numbers_stand_in_groups() {
    for (number, english, french) in [
        (0, "0", "0"),
        (999, "999", "999"),
        (1_000, "1,000", "1\u{202F}000"),
        (65_536, "65,536", "65\u{202F}536"),
        (10_000_000, "10,000,000", "10\u{202F}000\u{202F}000"),
    ] {
        assert_eq!((ENGLISH_WORDS.number(number).as_str(), FRENCH_WORDS.number(number).as_str()), (english, french));
        // A text that counts writes them in the same way.
        let told = ENGLISH_WORDS.n("roster-filter-all", number);
        assert_eq!(told, format!("All ({english})"));
        assert!(FRENCH_WORDS.n("roster-filter-all", number).contains(french), "{french}");
    }
    assert_eq!(ENGLISH_WORDS.number("12 people"), "12 people", "what is no number stays as it is");
    let long = InvalidInput::new("seat_limit", "not-a-number-of-seats", "must be at most 10000000");
    assert!(ENGLISH_WORDS.invalid(&long).contains("up to 10,000,000,"), "{}", ENGLISH_WORDS.invalid(&long));
    assert!(ENGLISH_WORDS.date(datetime!(2027-03-01 09:05 UTC)).ends_with(" 2027"), "a year is no number of things");
}

#[test]
fn the_digits_of_numbers_within_texts_stand_in_groups() {
    for (words, between) in [(ENGLISH_WORDS, ','), (FRENCH_WORDS, '\u{202F}')] {
        for text in texts(words) {
            // The year of an example is no number of things.
            let mut runs = text.written.split(|c: char| !c.is_ascii_digit());
            assert!(runs.all(|run| run.len() < 4 || run == "2027"), "`{}`: {}", text.key, text.written);
            let letters: Vec<_> = text.written.chars().collect();
            for five in letters.windows(5) {
                let is_long = [0, 2, 3, 4].iter().all(|at| five[*at].is_ascii_digit());
                let is_between = !five[1].is_ascii_digit() && !five[1].is_alphabetic() && five[1] != '-';
                assert!(!is_long || !is_between || five[1] == between, "`{}`: {}", text.key, text.written);
            }
        }
    }
}

#[test]
fn a_role_says_what_it_can_do() {
    let team = PRESETS[0].policy().unwrap();
    let powers: Vec<_> = team.role_scheme.roles().iter().map(|role| ENGLISH_WORDS.powers(role)).collect();
    assert!(powers[0].starts_with("May read the log"), "{}", powers[0]);
    assert_eq!(powers[1], "May see who belongs, read records and change records.");
    let points: Vec<_> = team.role_scheme.roles().iter().map(|role| ENGLISH_WORDS.points(role)).collect();
    assert_eq!(points[1], "See who belongs\nRead records\nChange records");
    assert_eq!(ENGLISH_WORDS.role("chief_pilot"), "chief pilot");
}

#[test]
fn the_browser_s_language_counts_by_weight() {
    for (asked, expected) in [
        ("", Language::English),
        ("fr", Language::French),
        ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", Language::French),
        ("en;q=0.5, fr;q=0.9", Language::French),
        ("de, en;q=0.3, fr;q=0.2", Language::English),
        ("de", Language::English),
        ("fr;q=0", Language::English),
        (";;;,,,q=", Language::English),
    ] {
        assert_eq!(preferred(asked), expected, "{asked}");
    }
}
