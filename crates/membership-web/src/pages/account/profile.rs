//! One's own name and language, and the addresses one has.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use membership_core::command::UpdateProfile;
use membership_core::language::Language;
use membership_core::name::PersonName;
use membership_core::user::UserEmail;
use serde::Deserialize;

use crate::answer::{Answer, html, see_other};
use crate::form::field::choose;
use crate::form::{Choice, Field, Posted, Problems};
use crate::page::Page;
use crate::stop::or_refusal;
use crate::visit::Visit;
use crate::web::Web;
use crate::words::Words;

#[derive(Template)]
#[template(path = "profile.html")]
struct ProfilePage {
    page: Page,
    addresses: Vec<Address>,
    username: Option<String>,
    fields: Vec<Field>,
    /// What the person has seen, so that nothing is overwritten unseen.
    version: u64,
    new_address: Field,
}

struct Address {
    address: String,
    verified: bool,
    primary: bool,
    /// Whether it can be given up: the last one by which somebody is reached stays.
    removable: bool,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    done: Option<String>,
}

/// Shows the profile.
pub(crate) async fn show(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    let user = &visit.caller()?.user;
    let problems = Problems::none(visit.words);
    form(&visit, (user.name.as_str(), user.language.tag(), ""), &problems, asked.done.as_deref())
}

/// The profile again, after an address was refused.
pub(crate) fn again(visit: &Visit, email: &str, problems: &Problems) -> Answer {
    let user = &visit.caller()?.user;
    form(visit, (user.name.as_str(), user.language.tag(), email), problems, None)
}

/// Changes name and language.
pub(crate) async fn act(State(web): State<Web>, posted: Posted) -> Answer {
    let user = posted.visit.user()?;
    let mut problems = Problems::none(posted.visit.words);
    let name = problems.read(PersonName::parse(posted.text("name")));
    let language = problems.read(posted.text("language").parse::<Language>());
    if let (Some(name), Some(language)) = (name, language) {
        let (name, language, expected) = (Some(name), Some(language), posted.version());
        let command = UpdateProfile { user, name, names: None, language, expected };
        match or_refusal(web.accounts.update_profile(&command).await)? {
            Ok(_) => return Ok(see_other("/profile?done=profile-saved")),
            Err(refusal) => problems.add(&refusal),
        }
    }
    form(&posted.visit, (posted.text("name"), posted.text("language"), ""), &problems, None)
}

/// The languages there are, each under its own name.
pub(crate) fn languages(words: Words, chosen: &str) -> Vec<Choice> {
    let choices = Language::ALL.map(|language| Choice {
        value: language.tag().to_owned(),
        title: words.t(&format!("language-{language}")),
        about: String::new(),
        chosen: false,
    });
    choose(choices.into(), chosen)
}

/// The page with what was typed: name, language and an address to be added.
fn form(visit: &Visit, (name, language, email): (&str, &str, &str), problems: &Problems, done: Option<&str>) -> Answer {
    let words = visit.words;
    let user = &visit.caller()?.user;
    let fields = vec![
        Field::line("name", words.t("field-name"))
            .with(name)
            .filled_with("name")
            .at_most(PersonName::LONGEST)
            .over(user.name.as_str(), problems),
        Field::select("language", words.t("field-language"), languages(words, language))
            .over(user.language.tag(), problems),
    ];
    let page = visit.page(words.t("profile-title")).after(done).with_problem(problems.summary());
    let primary = user.primary_email();
    let address = |it: &UserEmail| Address {
        address: it.address.to_string(),
        verified: it.verified_at.is_some(),
        primary: primary == Some(&it.address),
        removable: 1 < user.emails.len() && (it.verified_at.is_none() || 1 < user.verified_emails().count()),
    };
    let addresses = user.emails.iter().map(address).collect();
    let new_address = Field::email("email", words.t("field-another-email")).with(email).at_most(254).judged(problems);
    let username = user.username.as_ref().map(ToString::to_string);
    let version = user.version;
    let template = ProfilePage { page, addresses, username, fields, version, new_address };
    let answer: Response = html(problems.status(), &template);
    Ok(answer)
}
