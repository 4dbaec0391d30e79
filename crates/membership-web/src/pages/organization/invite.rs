//! Invite people: a pasted list, a role that says what it can do, and one outcome for each address (S2.1, X.3).

use askama::Template;
use axum::extract::{Path, Query, State};
use http::StatusCode;
use membership_core::address_list::{Entry, MOST_ADDRESSES};
use membership_core::command::Invite;
use membership_core::id::{InvitationId, OrganizationId};
use membership_core::language::Language;
use membership_core::refusal::Refusal;
use membership_core::service::NewOffer;
use membership_core::view::{InvitationView, OrganizationView};
use membership_core::wording::{TemplateKey, TemplateKind, Wording};
use secrecy::ExposeSecret;
use serde::Deserialize;

use crate::answer::{Answer, html, see_other};
use crate::form::field::choose;
use crate::form::{Boxes, Choice, Choices, Field, Posted, Problems};
use crate::page::Page;
use crate::pages::attending::{group_boxes, may_manage, some_addresses, ticked_groups};
use crate::pages::organization::invite_terms::{Terms, more_fields, words_itself};
use crate::pages::organization::member_action::roles;
use crate::pages::organization::seen;
use crate::pages::organization::templates::{Explained, explained, wording_fields};
use crate::stop::{Stop, or_refusal, unread};
use crate::visit::Visit;
use crate::web::Web;

#[derive(Template)]
#[template(path = "invite.html")]
struct InvitePage {
    page: Page,
    base: String,
    outcomes: Vec<Outcome>,
    /// What would become of each address, if that was asked for.
    judged: Vec<Outcome>,
    judged_summary: Option<String>,
    addresses: Field,
    roles: Choices,
    /// The groups that accepting leads into, if there are any and the viewer may.
    groups: Option<Boxes>,
    deliver: Choices,
    more: Vec<Field>,
    /// Whether something further down was filled in, so that it must not hide.
    more_open: bool,
    /// Where the template of the mail is, for its preview.
    look: String,
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

/// What the form begins with.
enum Shown {
    Nothing,
    /// What an invitation that has ended offered, to whom.
    Again(Box<InvitationView>),
    Sent(Vec<Outcome>),
    Judged(Vec<Outcome>),
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    /// An invitation that has ended, whose person is invited anew.
    again: Option<InvitationId>,
}

/// Asks whom to invite, and to what.
pub(crate) async fn show(visit: Visit, Path(organization): Path<OrganizationId>, Query(asked): Query<Asked>) -> Answer {
    let view = seen(&visit, organization).await?;
    if !view.allowed_actions.contains(&"view_invitations") {
        return Err(Stop::NotAllowed);
    }
    let shown = match asked.again {
        None => Shown::Nothing,
        Some(id) => {
            let ended = visit.web.memberships().invitation(organization, visit.actor()?, id).await?;
            Shown::Again(Box::new(ended))
        }
    };
    form(&visit, &view, (None, shown), &Problems::none(visit.words)).await
}

/// Invites them. What could not be invited stays in the form.
pub(crate) async fn act(State(web): State<Web>, Path(organization): Path<OrganizationId>, posted: Posted) -> Answer {
    let visit = &posted.visit;
    let by = visit.actor()?;
    let view = seen(visit, organization).await?;
    let mut problems = Problems::none(visit.words);
    if posted.text("do") == "word" {
        return form(visit, &view, (Some(&posted), Shown::Nothing), &problems).await;
    }
    let entries = problems.read(some_addresses(posted.text("addresses")));
    let mut terms = Terms::read(&posted, &mut problems);
    // What was not changed is the organization's text still, also in a later mail.
    if let Some(Terms { wording: wording @ Some(_), .. }) = &mut terms {
        let present = template_of(&posted, &view).await?;
        wording.take_if(|it| *it == present);
    }
    let (Some(entries), Some(terms)) = (entries, terms) else {
        return form(visit, &view, (Some(&posted), Shown::Nothing), &problems).await;
    };
    let offers: Vec<NewOffer> =
        entries.iter().filter_map(|entry| entry.address.clone().ok()).map(|email| terms.offer(email)).collect();
    let tried = posted.text("do") == "check";
    // Whatever the form makes has an id that follows from the form: sent twice, it makes the same.
    let id = |index: usize| InvitationId(posted.once().id(&format!("invitation {index}")));
    let offers = offers.into_iter().enumerate().map(|(index, offer)| offer.with_id(id(index))).collect();
    let command = Invite { organization, by, offers, all_or_none: false };
    let sent =
        if tried { or_refusal(web.memberships().try_out(&command).await)? } else { send(&posted, &command).await? };
    match sent {
        Ok(judged) if tried => {
            let judged = answers(&entries, judged).into_iter();
            let judged = judged.map(|(email, answer)| Outcome {
                email,
                link: None,
                refused: answer.err().map(|refusal| visit.words.refusal(&refusal)),
            });
            form(visit, &view, (Some(&posted), Shown::Judged(judged.collect())), &problems).await
        }
        Ok(sent) => {
            let answers = answers(&entries, sent);
            answer_each(visit, &web, &view, &posted, answers).await
        }
        Err(refusal) => {
            problems.add(&refusal);
            form(visit, &view, (Some(&posted), Shown::Nothing), &problems).await
        }
    }
}

type Sent = Result<InvitationView, Refusal>;

/// Sends the invitations, once: whoever presses twice is told what the first press did.
async fn send(posted: &Posted, command: &Invite) -> Result<Result<Vec<Sent>, Refusal>, Stop> {
    let (visit, organization) = (&posted.visit, command.organization);
    let memberships = visit.web.memberships();
    let receipt = posted.once().receipt(memberships, organization.0).await?;
    let request = posted.once().request(visit, organization.0);
    match or_refusal(memberships.run(command, request, |_| Some(receipt.clone())).await)? {
        Ok(membership_core::service::Outcome::Done(sent)) => Ok(Ok(sent)),
        Ok(membership_core::service::Outcome::Repeated(_)) => {
            // What the first press could not send, this one could not either, and for the same reason.
            let refused = or_refusal(memberships.try_out(command).await)?;
            let mut sent = Vec::new();
            for (offer, refused) in command.offers.iter().zip(refused.unwrap_or_default()) {
                let there = or_refusal(memberships.invitation(organization, visit.actor()?, offer.id).await)?;
                sent.push(there.or(refused));
            }
            Ok(Ok(sent))
        }
        Err(refusal) => Ok(Err(refusal)),
    }
}

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
    form(visit, &view, (Some(posted), Shown::Sent(outcomes)), &problems).await
}

async fn form(
    visit: &Visit,
    view: &OrganizationView,
    (posted, shown): (Option<&Posted>, Shown),
    problems: &Problems,
) -> Answer {
    let words = visit.words;
    let wording = own_text(view, posted, problems).await?;
    let typed = |name: &str| posted.map_or("", |posted| posted.text(name));
    let (outcomes, judged, again) = match shown {
        Shown::Nothing => (Vec::new(), Vec::new(), None),
        Shown::Again(ended) => (Vec::new(), Vec::new(), Some(ended.invitation)),
        Shown::Sent(outcomes) => (outcomes, Vec::new(), None),
        Shown::Judged(judged) => (Vec::new(), judged, None),
    };
    let left: Vec<_> = outcomes.iter().filter(|it| it.refused.is_some()).map(|it| it.email.as_str()).collect();
    let left = match &again {
        Some(ended) => ended.email.to_string(),
        None if outcomes.is_empty() => typed("addresses").to_owned(),
        None => left.join("\n"),
    };
    let scheme = &view.head.organization.policy.role_scheme;
    let begun = again.as_ref().map(|it| &it.role).filter(|role| view.grantable_roles.contains(role));
    let begun = begun.unwrap_or_else(|| scheme.default_role());
    let role = posted.map_or(begun.as_str(), |posted| posted.text("role"));
    let base = format!("/organizations/{}", view.head.organization.id);
    let good = judged.iter().filter(|it| it.refused.is_none()).count();
    let language = posted.map_or(view.head.organization.language, |posted| language_of(posted, view));
    let template = InvitePage {
        page: visit
            .page(words.t("invite-title"))
            .of(view, "members")
            .under(format!("{base}/members"), words.t("members-title"))
            .with_problem(problems.summary()),
        base,
        addresses: Field::area("addresses", words.t("field-addresses"), 4)
            .with(left)
            .hinted(words.n("hint-addresses", MOST_ADDRESSES))
            .judged(problems),
        roles: Choices::new("role", words.t("field-role"), choose(roles(words, view, &view.grantable_roles), role))
            .judged(problems),
        groups: group_fields(visit, view, posted, problems).await?,
        deliver: deliver_cards(visit, typed("deliver")),
        more_open: posted.is_some(),
        look: template_at(view, language),
        wording,
        more: more_fields(words, view, posted, problems),
        judged_summary: (!judged.is_empty())
            .then(|| words.t2("invite-judged", ("good", words.number(good)), ("all", words.number(judged.len())))),
        outcomes,
        judged,
    };
    let status = problems.status();
    Ok(html(if problems.summary().is_some() { status } else { StatusCode::OK }, &template))
}

/// The organization's text for invitations, in the language that was chosen.
async fn template_of(posted: &Posted, view: &OrganizationView) -> Result<Wording, Stop> {
    let organization = view.head.organization.id;
    let template = TemplateKey { kind: TemplateKind::Invitation, language: language_of(posted, view) };
    let visit = &posted.visit;
    let text = visit.web.memberships().template(organization, visit.actor()?, template).await?;
    Ok(text.text().clone())
}

fn language_of(posted: &Posted, view: &OrganizationView) -> Language {
    posted.text("language").parse().unwrap_or(view.head.organization.language)
}

/// The fields of the mail's own text: as typed, or begun from the organization's if that was asked for (S0.8).
async fn own_text(
    view: &OrganizationView,
    posted: Option<&Posted>,
    problems: &Problems,
) -> Result<Option<OwnText>, Stop> {
    let Some(posted) = posted else { return Ok(None) };
    let (subject, text) = if posted.text("do") == "word" {
        let present = template_of(posted, view).await?;
        (present.subject, present.text)
    } else if words_itself(posted) {
        (posted.text("subject").to_owned(), posted.text("text").to_owned())
    } else {
        return Ok(None);
    };
    let words = posted.visit.words;
    let language = language_of(posted, view);
    Ok(Some(OwnText {
        fields: wording_fields(words, &subject, &text, problems),
        placeholders: explained(words, TemplateKind::Invitation),
        base: template_at(view, language),
    }))
}

fn template_at(view: &OrganizationView, language: Language) -> String {
    format!("/organizations/{}/templates/invitation/{language}", view.head.organization.id)
}

/// The groups, for whoever may bring people into them.
async fn group_fields(
    visit: &Visit,
    view: &OrganizationView,
    posted: Option<&Posted>,
    problems: &Problems,
) -> Result<Option<Boxes>, Stop> {
    if !may_manage(view) {
        return Ok(None);
    }
    let ticked = posted.map(|posted| ticked_groups(posted).unwrap_or_default()).unwrap_or_default();
    let boxes = group_boxes(visit, view.head.organization.id, &ticked).await?;
    Ok(boxes.map(|it| it.hinted(visit.words.t("hint-invite-groups")).judged(problems)))
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
