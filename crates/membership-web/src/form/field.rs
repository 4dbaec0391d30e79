//! Fields with their label, hint and problem: no page can show one without a label.

use askama::Template;

use crate::form::Problems;

/// One field of a form.
#[derive(Debug, Clone, Template)]
#[template(path = "field.html")]
pub(crate) struct Field {
    name: &'static str,
    label: String,
    kind: &'static str,
    value: String,
    hint: Option<String>,
    problem: Option<String>,
    autocomplete: &'static str,
    required: bool,
    rows: Option<u8>,
    options: Vec<Choice>,
    longest: Option<usize>,
    /// Where it is asked, while somebody types, what is wrong with it.
    checked_at: Option<&'static str>,
}

/// One of several to choose from.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    pub value: String,
    pub title: String,
    pub about: String,
    pub chosen: bool,
}

impl Field {
    /// A line of text that must be filled in.
    pub(crate) fn line(name: &'static str, label: String) -> Self {
        Self {
            name,
            label,
            kind: "text",
            value: String::new(),
            hint: None,
            problem: None,
            autocomplete: "off",
            required: true,
            rows: None,
            options: Vec::new(),
            longest: None,
            checked_at: None,
        }
    }

    /// An e-mail address.
    pub(crate) fn email(name: &'static str, label: String) -> Self {
        Self { kind: "email", autocomplete: "email", ..Self::line(name, label) }
    }

    /// A password; `current-password` or `new-password` tells password managers which.
    pub(crate) fn password(label: String, which: &'static str) -> Self {
        Self { kind: "password", autocomplete: which, ..Self::line("password", label) }
    }

    /// A code of an authenticator app, or one that takes its place.
    pub(crate) fn code(label: String) -> Self {
        Self::line("code", label).filled_with("one-time-code").at_most(40)
    }

    /// The same field under another name.
    #[must_use]
    pub(crate) fn named(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    /// Something that goes with the form and is not for people.
    pub(crate) fn hidden(name: &'static str, value: impl Into<String>) -> Self {
        Self { kind: "hidden", ..Self::line(name, String::new()) }.with(value)
    }

    /// A text of several lines.
    pub(crate) fn area(name: &'static str, label: String, rows: u8) -> Self {
        Self { rows: Some(rows), ..Self::line(name, label) }
    }

    /// A choice from a short list.
    pub(crate) fn select(name: &'static str, label: String, options: Vec<Choice>) -> Self {
        Self { options, ..Self::line(name, label) }
    }

    /// The same field of another kind, such as `date` or `number`.
    #[must_use]
    pub(crate) fn of_kind(mut self, kind: &'static str) -> Self {
        self.kind = kind;
        self
    }

    /// The same field with what was typed.
    #[must_use]
    pub(crate) fn with(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    /// The same field with an explanation.
    #[must_use]
    pub(crate) fn hinted(mut self, hint: String) -> Self {
        self.hint = Some(hint);
        self
    }

    /// The same field, which may be left empty.
    #[must_use]
    pub(crate) fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    /// The same field, which browsers may fill with what they know.
    #[must_use]
    pub(crate) fn filled_with(mut self, autocomplete: &'static str) -> Self {
        self.autocomplete = autocomplete;
        self
    }

    /// The same field, which takes at most that many characters.
    #[must_use]
    pub(crate) fn at_most(mut self, longest: usize) -> Self {
        self.longest = Some(longest);
        self
    }

    /// The same field, which is checked at this address while somebody types; on sending it is checked anyway.
    #[must_use]
    pub(crate) fn checked_at(mut self, path: &'static str) -> Self {
        self.checked_at = Some(path);
        self
    }

    /// The same field with what is wrong with it.
    #[must_use]
    pub(crate) fn judged(mut self, problems: &Problems) -> Self {
        self.problem = problems.of(self.name);
        self
    }

    /// The same field, which overwrites what is kept: it is judged, and tells what is there now if somebody else has changed
    /// that since the form was shown.
    #[must_use]
    pub(crate) fn over(self, present: &str, problems: &Problems) -> Self {
        let title =
            |value: &str| self.options.iter().find(|it| it.value == value).map_or(value, |it| &it.title).to_owned();
        let overtaken = problems.overtaken(&title(&self.chosen_value()), &title(present));
        let mut judged = self.judged(problems);
        judged.problem = judged.problem.or(overtaken);
        judged
    }

    fn chosen_value(&self) -> String {
        self.options.iter().find(|it| it.chosen).map_or(&self.value, |it| &it.value).clone()
    }

    fn described_by(&self) -> Option<String> {
        described_by(self.name, self.hint.as_ref(), self.problem.as_ref())
    }
}

/// Cards of which one is chosen, or several, each saying what it means.
#[derive(Debug, Clone, Template)]
#[template(path = "choices.html")]
pub(crate) struct Choices {
    name: &'static str,
    kind: &'static str,
    legend: String,
    choices: Vec<Choice>,
    problem: Option<String>,
}

impl Choices {
    pub(crate) fn new(name: &'static str, legend: String, choices: Vec<Choice>) -> Self {
        Self { name, kind: "radio", legend, choices, problem: None }
    }

    /// Cards of which any number can be ticked.
    pub(crate) fn several(name: &'static str, legend: String, choices: Vec<Choice>) -> Self {
        Self { kind: "checkbox", ..Self::new(name, legend, choices) }
    }

    /// The same cards with what is wrong with the choice.
    #[must_use]
    pub(crate) fn judged(mut self, problems: &Problems) -> Self {
        self.problem = problems.of(self.name);
        self
    }

    /// The same cards, which overwrite what is kept, as [`Field::over`] does.
    #[must_use]
    pub(crate) fn over(self, present: &str, problems: &Problems) -> Self {
        let title = |found: Option<&Choice>| found.map(|it| it.title.clone()).unwrap_or_default();
        let chosen = title(self.choices.iter().find(|it| it.chosen));
        let overtaken = problems.overtaken(&chosen, &title(self.choices.iter().find(|it| it.value == present)));
        let mut judged = self.judged(problems);
        judged.problem = judged.problem.or(overtaken);
        judged
    }
}

/// Boxes of which any number is ticked.
#[derive(Debug, Clone, Template)]
#[template(path = "boxes.html")]
pub(crate) struct Boxes {
    name: &'static str,
    legend: String,
    choices: Vec<Choice>,
    hint: Option<String>,
    problem: Option<String>,
}

impl Boxes {
    pub(crate) fn new(name: &'static str, legend: String, choices: Vec<Choice>) -> Self {
        Self { name, legend, choices, hint: None, problem: None }
    }

    /// The same boxes with an explanation.
    #[must_use]
    pub(crate) fn hinted(mut self, hint: String) -> Self {
        self.hint = Some(hint);
        self
    }

    /// The same boxes, which overwrite what is kept, as [`Field::over`] does.
    #[must_use]
    pub(crate) fn over(self, present: &[String], problems: &Problems) -> Self {
        let titles = |kept: &dyn Fn(&Choice) -> bool| {
            let titles: Vec<_> = self.choices.iter().filter(|it| kept(it)).map(|it| it.title.as_str()).collect();
            if titles.is_empty() { "–".to_owned() } else { titles.join(", ") }
        };
        let overtaken = problems.overtaken(&titles(&|it| it.chosen), &titles(&|it| present.contains(&it.value)));
        let mut judged = self.judged(problems);
        judged.problem = judged.problem.or(overtaken);
        judged
    }

    /// The same boxes with what is wrong with what was ticked.
    #[must_use]
    pub(crate) fn judged(mut self, problems: &Problems) -> Self {
        self.problem = problems.of(self.name);
        self
    }

    fn described_by(&self) -> Option<String> {
        described_by(self.name, self.hint.as_ref(), self.problem.as_ref())
    }
}

/// The ids of what describes a field, the problem first.
fn described_by(name: &str, hint: Option<&String>, problem: Option<&String>) -> Option<String> {
    let hint = hint.map(|_| format!("{name}-hint"));
    let problem = problem.map(|_| format!("{name}-problem"));
    let ids: Vec<_> = [problem, hint].into_iter().flatten().collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

/// Chooses what was chosen before, or else the first.
pub(crate) fn choose(mut choices: Vec<Choice>, value: &str) -> Vec<Choice> {
    let known = choices.iter().any(|choice| choice.value == value);
    for (index, choice) in choices.iter_mut().enumerate() {
        choice.chosen = if known { choice.value == value } else { index == 0 };
    }
    choices
}

#[cfg(test)]
mod tests {
    use membership_core::language::Language;
    use membership_core::name::PersonName;
    use membership_core::refusal::Refusal;

    use super::*;
    use crate::words::Words;

    #[test]
    fn a_field_has_a_label_and_tells_what_is_wrong_with_it() {
        let mut problems = Problems::none(Words { language: Language::English });
        problems.read(PersonName::parse("<b>"));
        let field = Field::line("name", "Name".to_owned()).hinted("Hint".to_owned()).with("<b>").judged(&problems);
        let html = field.render().unwrap();
        for part in [
            r#"<label for="name""#,
            r#"id="name""#,
            r#"dir="auto""#,
            r#"aria-invalid="true""#,
            r#"aria-describedby="name-problem name-hint""#,
            r#"id="name-problem""#,
            r#"id="name-hint""#,
            "&#60;b&#62;",
        ] {
            assert!(html.contains(part), "{part} is missing in {html}");
        }
    }

    #[test]
    fn a_password_is_never_shown_again() {
        let html = Field::password("Password".to_owned(), "current-password").with("secret").render().unwrap();
        assert!(!html.contains("secret"));
    }

    #[test]
    fn a_field_that_somebody_else_changed_tells_what_is_there_now() {
        let mut problems = Problems::none(Words { language: Language::English });
        let mine = Field::line("name", "Name".to_owned()).with("Mine");
        assert!(!mine.clone().over("Theirs", &problems).render().unwrap().contains("Theirs"));
        problems.add(&Refusal::ChangedMeanwhile);
        let html = mine.clone().over("Theirs", &problems).render().unwrap();
        assert!(html.contains("Theirs") && html.contains(r#"value="Mine""#), "{html}");
        assert!(!mine.over("Mine", &problems).render().unwrap().contains("problem"), "both typed the same");
    }

    #[test]
    fn what_was_chosen_stays_chosen() {
        let choice = |value: &str| Choice {
            value: value.to_owned(),
            title: value.to_owned(),
            about: String::new(),
            chosen: false,
        };
        let chosen = |value: &str| {
            let choices = choose(vec![choice("a"), choice("b")], value);
            choices.into_iter().filter(|it| it.chosen).map(|it| it.value).collect::<Vec<_>>()
        };
        assert_eq!(chosen("b"), ["b"]);
        assert_eq!(chosen("x"), ["a"]);
    }
}
