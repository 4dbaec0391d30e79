//! Invite people: a pasted list, a role that says what it can do, and one outcome for each address (S2.1, X.3).

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use membership_core::email::EmailAddress;
use membership_core::id::OrganizationId;
use membership_core::input::{InvalidInput, LONGEST_MESSAGE, paragraph};
use membership_core::invitation::Channel;
use membership_core::language::Language;
use membership_core::policy::{MOST_VALID_DAYS, valid_days};
use membership_core::refusal::Refusal;
use membership_core::role::RoleKey;
use membership_core::service::NewOffer;
use membership_core::view::{InvitationView, OrganizationView};
use membership_core::wording::{TemplateKey, TemplateKind, Wording};
use secrecy::ExposeSecret;
use time::OffsetDateTime;

use crate::answer::{Answer, html, see_other};
use crate::form::addresses::{Entry, MOST_ADDRESSES, read_list};
use crate::form::field::choose;
use crate::form::{Choice, Choices, Field, Posted, Problems};
use crate::page::Page;
use crate::pages::account::profile::languages;
use crate::pages::organization::member_action::{read_date, roles};
use crate::pages::organization::seen;
use crate::pages::organization::templates::{Explained, explained, read_wording, wording_fields};
use crate::stop::{Stop, or_refusal, unread};
use crate::visit::Visit;
use crate::web::Web;

#[derive(Template)]
#[template(path = "invite.html")]
struct InvitePage {
    page: Page,
    base: String,
    outcomes: Vec<Outcome>,
    addresses: Field,
    roles: Choices,
    deliver: Choices,
    more: Vec<Field>,
    /// Whether something further down was filled in, so that it must not hide.
    more_open: bool,
    /// The mail's own text, once somebody asked to write one.
    wording: Option<OwnText>,
}

/// The text of these invitations' mail, begun from the organization's (S0.8).
struct OwnText {
    fields: Vec<Field>,
    placeholders: Vec<Explained>,
    /// Where the template is, for its preview.
    base: String,
}

/// What became of one address.
struct Outcome {
    email: String,
    /// What was wrong, or nothing.
    refused: Option<String>,
    /// The link to hand over, shown this once.
    link: Option<String>,
}

/// What all addresses of the list are offered.
struct Terms {
    role: Option<RoleKey>,
    language: Option<Language>,
    message: Option<String>,
    wording: Option<Wording>,
    valid_days: Option<u8>,
    deactivates_at: Option<OffsetDateTime>,
    channel: Channel,
}

/// Asks whom to invite, and to what.
pub(crate) async fn show(visit: Visit, Path(organization): Path<OrganizationId>) -> Answer {
    let view = seen(&visit, organization).await?;
    if !view.allowed_actions.contains(&"view_invitations") {
        return Err(Stop::NotAllowed);
    }
    Ok(form(&visit, &view, None, Vec::new(), &Problems::none(visit.words)))
}

/// Invites them. What could not be invited stays in the form.
pub(crate) async fn act(State(web): State<Web>, Path(organization): Path<OrganizationId>, posted: Posted) -> Answer {
    let visit = &posted.visit;
    let by = visit.actor()?;
    let view = seen(visit, organization).await?;
    let mut problems = Problems::none(visit.words);
    if posted.text("do") == "word" {
        let text = template_of(&web, &posted, &view).await?;
        let fields = Some((text.subject.as_str(), text.text.as_str()));
        return Ok(form_with(visit, &view, (Some(&posted), fields), Vec::new(), &problems));
    }
    let entries = problems.read(bounded_list(posted.text("addresses")));
    let mut terms = read_terms(&posted, &mut problems);
    // What was not changed is the organization's text still, also in a later mail.
    if let Some(Terms { wording: wording @ Some(_), .. }) = &mut terms {
        let present = template_of(&web, &posted, &view).await?;
        wording.take_if(|it| *it == present);
    }
    let (Some(entries), Some(terms)) = (entries, terms) else {
        return Ok(form(visit, &view, Some(&posted), Vec::new(), &problems));
    };
    let offers =
        entries.iter().filter_map(|entry| entry.address.clone().ok()).map(|email| terms.offer(email)).collect();
    match or_refusal(web.memberships().invite_many(organization, by, offers).await)? {
        Ok(sent) => {
            let answers = answers(&entries, sent);
            answer_each(visit, &web, &view, &posted, answers).await
        }
        Err(refusal) => {
            problems.add(&refusal);
            Ok(form(visit, &view, Some(&posted), Vec::new(), &problems))
        }
    }
}

/// The organization's text for invitations, in the language that was chosen.
async fn template_of(web: &Web, posted: &Posted, view: &OrganizationView) -> Result<Wording, Stop> {
    let organization = &view.head.organization;
    let language = posted.text("language").parse().unwrap_or(organization.language);
    let template = TemplateKey { kind: TemplateKind::Invitation, language };
    let text = web.memberships().template(organization.id, posted.visit.actor()?, template).await?;
    Ok(text.text().clone())
}

/// Whether the form has a text of its own for the mail.
fn words_itself(posted: &Posted) -> bool {
    !posted.text("subject").is_empty() || !posted.text("text").is_empty()
}

type Sent = Result<InvitationView, Refusal>;

/// Each entry of the list with its answer: what was no address was never sent.
fn answers(entries: &[Entry], sent: Vec<Sent>) -> Vec<(String, Sent)> {
    let mut sent = sent.into_iter();
    let answer = |entry: &Entry| match &entry.address {
        Ok(_) => sent.next().unwrap_or(Err(Refusal::UnknownInvitation)),
        Err(input) => Err(unread(input.clone())),
    };
    let answers: Vec<_> = entries.iter().map(answer).collect();
    entries.iter().map(|entry| entry.typed.clone()).zip(answers).collect()
}

async fn answer_each(
    visit: &Visit,
    web: &Web,
    view: &OrganizationView,
    posted: &Posted,
    answers: Vec<(String, Sent)>,
) -> Answer {
    let organization = view.head.organization.id;
    let by_hand = posted.text("deliver") == "hand";
    let all_sent = answers.iter().all(|(_, answer)| answer.is_ok());
    if all_sent && !by_hand {
        return Ok(see_other(&format!("/organizations/{organization}/members?done=invited#invitations")));
    }
    let mut problems = Problems::none(visit.words);
    let none_sent = answers.iter().all(|(_, answer)| answer.is_err());
    if let (true, Some((_, Err(refusal)))) = (none_sent, answers.first()) {
        problems.add_to("addresses", refusal);
    }
    let link = |view: &InvitationView| {
        let link = web.memberships().invitation_link(organization, view);
        by_hand.then(|| web.address(&format!("/i/{}", link.expose_secret())))
    };
    let outcomes = answers
        .into_iter()
        .map(|(email, answer)| Outcome {
            email,
            link: answer.as_ref().ok().and_then(link),
            refused: answer.err().map(|refusal| visit.words.refusal(&refusal)),
        })
        .collect();
    // Seats may have been reserved: what the page offers is read anew.
    let view = seen(visit, organization).await?;
    Ok(form(visit, &view, Some(posted), outcomes, &problems))
}

fn bounded_list(text: &str) -> Result<Vec<Entry>, InvalidInput> {
    let entries = read_list(text);
    if entries.is_empty() {
        return Err(InvalidInput::new("addresses", "empty", "must not be empty"));
    }
    if entries.len() > MOST_ADDRESSES {
        let rule = format!("must have at most {MOST_ADDRESSES} addresses");
        return Err(InvalidInput::new("addresses", "too-many", rule));
    }
    Ok(entries)
}

fn read_terms(posted: &Posted, problems: &mut Problems) -> Option<Terms> {
    let role = problems.read(posted.optional("role").map(RoleKey::parse).transpose());
    let language = problems.read(posted.optional("language").map(str::parse).transpose());
    let message = problems.read(paragraph("message", posted.text("message"), LONGEST_MESSAGE));
    let wording = match words_itself(posted) {
        true => Some(read_wording(posted, TemplateKind::Invitation, problems)),
        false => None,
    };
    let days = problems.read(posted.optional("expires_in_days").map(read_days).transpose());
    let until = posted.optional("deactivates_at").map(|text| read_date("deactivates_at", text));
    let until = problems.read(until.transpose());
    let channel = if posted.text("deliver") == "hand" { Channel::Hand } else { Channel::Mail };
    Some(Terms {
        role: role?,
        language: language?,
        message: message?,
        wording: wording.map_or(Some(None), |it| it.map(Some))?,
        valid_days: days?,
        deactivates_at: until?,
        channel,
    })
}

fn read_days(text: &str) -> Result<u8, InvalidInput> {
    valid_days(text.parse().unwrap_or(0))
}

impl Terms {
    fn offer(&self, email: EmailAddress) -> NewOffer {
        NewOffer {
            role: self.role.clone(),
            language: self.language,
            message: self.message.clone(),
            wording: self.wording.clone(),
            valid_days: self.valid_days,
            deactivates_at: self.deactivates_at,
            channel: self.channel,
            ..NewOffer::to(email)
        }
    }
}

fn form(
    visit: &Visit,
    view: &OrganizationView,
    posted: Option<&Posted>,
    outcomes: Vec<Outcome>,
    problems: &Problems,
) -> Response {
    let typed = posted.filter(|posted| words_itself(posted));
    let typed = typed.map(|posted| (posted.text("subject"), posted.text("text")));
    form_with(visit, view, (posted, typed), outcomes, problems)
}

fn form_with(
    visit: &Visit,
    view: &OrganizationView,
    (posted, own): (Option<&Posted>, Option<(&str, &str)>),
    outcomes: Vec<Outcome>,
    problems: &Problems,
) -> Response {
    let words = visit.words;
    let typed = |name: &str| posted.map_or("", |posted| posted.text(name));
    let left: Vec<_> = outcomes.iter().filter(|it| it.refused.is_some()).map(|it| it.email.as_str()).collect();
    let left = if outcomes.is_empty() { typed("addresses").to_owned() } else { left.join("\n") };
    let scheme = &view.head.organization.policy.role_scheme;
    let role = posted.map_or(scheme.default_role().as_str(), |posted| posted.text("role"));
    let language = posted.map_or(view.head.organization.language.tag(), |posted| posted.text("language"));
    let more = vec![
        Field::area("message", words.t("field-message"), 4)
            .with(typed("message"))
            .hinted(words.t("hint-message"))
            .at_most(LONGEST_MESSAGE)
            .optional()
            .judged(problems),
        Field::select("language", words.t("field-mail-language"), languages(words, language)).judged(problems),
        Field::line("expires_in_days", words.t("field-expires"))
            .of_kind("number")
            .with(typed("expires_in_days"))
            .hinted(words.t2(
                "hint-expires",
                ("days", view.head.organization.policy.invitation_policy.valid_days),
                ("most", MOST_VALID_DAYS),
            ))
            .optional()
            .judged(problems),
        Field::line("deactivates_at", words.t("field-deactivation-date"))
            .of_kind("date")
            .with(typed("deactivates_at"))
            .hinted(words.t("hint-deactivation-date"))
            .optional()
            .judged(problems),
    ];
    let template = InvitePage {
        page: visit
            .page(words.t("invite-title"))
            .of(view, "members")
            .under(format!("/organizations/{}/members", view.head.organization.id), words.t("members-title"))
            .with_problem(problems.summary()),
        base: format!("/organizations/{}", view.head.organization.id),
        addresses: Field::area("addresses", words.t("field-addresses"), 4)
            .with(left)
            .hinted(words.n("hint-addresses", MOST_ADDRESSES))
            .judged(problems),
        roles: Choices::new("role", words.t("field-role"), choose(roles(words, view, &view.grantable_roles), role))
            .judged(problems),
        deliver: deliver_cards(visit, typed("deliver")),
        more_open: posted.is_some(),
        wording: own.map(|(subject, text)| OwnText {
            fields: wording_fields(words, subject, text, problems),
            placeholders: explained(words, TemplateKind::Invitation),
            base: format!(
                "/organizations/{}/templates/invitation/{}",
                view.head.organization.id,
                language.parse().unwrap_or(view.head.organization.language)
            ),
        }),
        more,
        outcomes,
    };
    let status = problems.status();
    html(if problems.summary().is_some() { status } else { StatusCode::OK }, &template)
}

pub(crate) fn deliver_cards(visit: &Visit, chosen: &str) -> Choices {
    let words = visit.words;
    let cards = ["mail", "hand"].map(|value| Choice {
        value: value.to_owned(),
        title: words.t(&format!("deliver-{value}")),
        about: words.t(&format!("deliver-{value}-about")),
        chosen: false,
    });
    Choices::new("deliver", words.t("field-deliver"), choose(cards.into(), chosen))
}
