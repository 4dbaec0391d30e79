//! What somebody who is not signed in types into the page behind an invitation's link.

use membership_core::email::EmailAddress;
use membership_core::name::{PersonName, Username};
use membership_core::policy::NameForm;
use membership_core::refusal::Refusal;
use membership_core::service::{AcceptForm, Inspection};

use crate::form::{Field, Posted, Problems};
use crate::visit::Visit;

/// The fields that the organization's sign-up policy asks a new person for.
pub(super) fn fields(
    visit: &Visit,
    inspection: &Inspection,
    posted: Option<&Posted>,
    problems: &Problems,
) -> Vec<Field> {
    let (words, asks) = (visit.words, &inspection.asks);
    let line = |name: &'static str, label: &str, filled: &'static str| {
        let typed = posted.map_or("", |posted| posted.text(name));
        Field::line(name, words.t(label)).with(typed).filled_with(filled).judged(problems)
    };
    let mut fields = match asks.name {
        NameForm::OneField => vec![line("name", "field-name", "name").at_most(PersonName::LONGEST)],
        NameForm::FirstAndLast => vec![
            line("first_name", "field-first-name", "given-name").at_most(PersonName::LONGEST),
            line("last_name", "field-last-name", "family-name").at_most(PersonName::LONGEST),
        ],
    };
    if asks.username {
        let field = line("username", "field-username", "username").hinted(words.t("hint-username")).at_most(40);
        fields.push(field);
    }
    if asks.registers_first {
        // The first login asks for the password.
        return fields;
    }
    let shortest = visit.web.accounts.rules().shortest_password;
    let password = Field::password(words.t("field-password"), "new-password").judged(problems);
    fields.push(if asks.password {
        password.hinted(words.n("hint-new-password", shortest))
    } else {
        password.hinted(words.n("hint-optional-password", shortest)).optional()
    });
    fields
}

/// What was typed, if all of it can be read. What the policy asks for and is missing, the service tells.
pub(super) fn read(posted: &Posted, inspection: &Inspection, problems: &mut Problems) -> Option<AcceptForm> {
    if inspection.has_account {
        // The refusal of an empty address tells what to type, rather than that the address has an account.
        let email = problems.read(EmailAddress::parse(posted.text("email")))?;
        return Some(AcceptForm { email: Some(email), ..AcceptForm::default() });
    }
    let mut name = |field: &'static str| {
        let typed = posted.optional(field).map(PersonName::parse).transpose();
        problems.read(typed.map_err(|input| input.about(field)))
    };
    let (one, first, last) = (name("name"), name("first_name"), name("last_name"));
    let username = problems.read(posted.optional("username").map(Username::parse).transpose());
    Some(AcceptForm {
        email: None,
        name: one?,
        first_name: first?,
        last_name: last?,
        username: username?,
        password: posted.password(),
        language: Some(posted.visit.words.language),
    })
}

/// Puts a refusal next to the field it is about, among those that this page has.
pub(super) fn place(inspection: &Inspection, refusal: &Refusal, problems: &mut Problems) {
    match refusal {
        Refusal::Invalid(input) if inspection.asks.name == NameForm::FirstAndLast && input.field == "name" => {
            problems.add_to("last_name", refusal);
        }
        refusal => problems.add(refusal),
    }
}
