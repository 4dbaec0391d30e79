//! The same for several members or invitations that were ticked: first what would become of each, then it is done (X.3).

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use membership_core::command::{ChangeInvitations, ChangeMembers, Command, Each, InvitationDeed, MemberDeed};
use membership_core::id::OrganizationId;
use membership_core::refusal::Refusal;
use membership_core::role::RoleKey;
use membership_core::service::Outcome;
use membership_core::view::{MemberView, OrganizationView};

use crate::answer::{Answer, html, see_other, status_of};
use crate::form::{Choice, Posted};
use crate::page::Page;
use crate::pages::organization::invitation_action::InvitationAction;
use crate::pages::organization::member_action::MemberAction;
use crate::pages::organization::seen;
use crate::stop::{Stop, or_refusal};
use crate::web::Web;
use crate::words::Words;

/// What can be done to several members at once, by the action of one.
const OF_MEMBERS: [MemberAction; 5] = [
    MemberAction::AllocateSeat,
    MemberAction::ReleaseSeat,
    MemberAction::Reactivate,
    MemberAction::Suspend,
    MemberAction::Remove,
];

/// What can be done to several invitations at once.
const OF_INVITATIONS: [InvitationAction; 2] = [InvitationAction::Resend, InvitationAction::Revoke];

/// What stands before a role's key among the choices.
const ROLE: &str = "role-";

#[derive(Template)]
#[template(path = "several.html")]
struct SeveralPage {
    page: Page,
    /// What will happen to each.
    what: String,
    /// Where the form goes, and what it says once more.
    action: String,
    sent: Vec<(&'static str, String)>,
    /// To whom it would be done; or was, if `done`.
    good: Vec<String>,
    /// To whom not, each with the rule that says no.
    refused: Vec<(String, String)>,
    done: bool,
    submit: String,
    grave: bool,
    back: String,
}

/// What can be done to those that are ticked, below a list.
pub(crate) struct Bulk {
    /// Where the form goes.
    pub action: String,
    pub choices: Vec<Choice>,
}

impl Bulk {
    /// The same, if there is anything to choose.
    pub(crate) fn of(action: String, choices: Vec<Choice>) -> Option<Self> {
        (!choices.is_empty()).then_some(Self { action, choices })
    }
}

/// What the members of a list can be chosen for, by what the viewer may do to any of them.
pub(crate) fn for_members(words: Words, view: &OrganizationView, members: &[MemberView]) -> Vec<Choice> {
    let choice = |value: String, title: String| Choice { value, title, about: String::new(), chosen: false };
    let offered = |name: &str| members.iter().any(|it| it.allowed_actions.contains(&name));
    let scheme = view.head.organization.policy.role_scheme.roles();
    let given = |key: &RoleKey| members.iter().any(|it| it.grantable_roles.contains(key));
    let roles = scheme.iter().filter(|role| offered(MemberAction::ChangeRole.name()) && given(&role.key));
    let roles = roles.map(|role| {
        let title = words.t1("several-role", "role", words.role(role.key.as_str()));
        choice(format!("{ROLE}{}", role.key), title)
    });
    let actions = OF_MEMBERS.into_iter().filter(|action| offered(action.name()));
    let actions = actions.map(|it| choice(it.slug().to_owned(), words.t(&format!("action-{}", it.slug()))));
    roles.chain(actions).collect()
}

/// Whether a member can be chosen at all.
pub(crate) fn can_be_chosen(member: &MemberView) -> bool {
    let of_several = OF_MEMBERS.iter().chain(&[MemberAction::ChangeRole]);
    of_several.into_iter().any(|action| member.allowed_actions.contains(&action.name()))
}

/// What the invitations of a list can be chosen for.
pub(crate) fn for_invitations(words: Words, offered: impl Fn(&str) -> bool) -> Vec<Choice> {
    let actions = OF_INVITATIONS.into_iter().filter(|action| offered(action.name()));
    let choice = |it: InvitationAction| Choice {
        value: it.slug().to_owned(),
        title: words.t(&format!("action-{}", it.slug())),
        about: String::new(),
        chosen: false,
    };
    actions.map(choice).collect()
}

/// Whether an invitation can be chosen at all.
pub(crate) fn invitation_can_be_chosen(allowed: &[&'static str]) -> bool {
    OF_INVITATIONS.iter().any(|action| allowed.contains(&action.name()))
}

/// What is asked for, as the page tells it.
struct Told {
    /// The name among the words: that of the action.
    name: &'static str,
    /// The role's name, if one is given.
    role: Option<String>,
    grave: bool,
    /// The section of the organization it belongs to, and the name of the boxes.
    section: &'static str,
    boxes: &'static str,
}

/// Shows what would become of each of the members that were ticked, or does it.
pub(crate) async fn members(
    State(web): State<Web>,
    Path(organization): Path<OrganizationId>,
    posted: Posted,
) -> Answer {
    let (section, boxes) = ("members", "member");
    let (deed, told) = match posted.text("do").strip_prefix(ROLE) {
        Some(key) => {
            let role = RoleKey::parse(key).map_err(|_| Stop::NotFound)?;
            let named = Some(posted.visit.words.role(key));
            (MemberDeed::ChangeRole(role), Told { name: "role", role: named, grave: false, section, boxes })
        }
        None => {
            let slug = posted.text("do");
            let action = OF_MEMBERS.into_iter().find(|it| it.slug() == slug).ok_or(Stop::NotFound)?;
            let deed = deed_of(action).ok_or(Stop::NotFound)?;
            (deed, Told { name: action.slug(), role: None, grave: action.is_grave(), section, boxes })
        }
    };
    let members = posted.all(boxes).filter_map(|text| text.parse().ok()).collect();
    let command = ChangeMembers { organization, by: posted.visit.actor()?, members, deed };
    act(&web, organization, &posted, &command, &told).await
}

fn deed_of(action: MemberAction) -> Option<MemberDeed> {
    Some(match action {
        MemberAction::AllocateSeat => MemberDeed::AllocateSeat,
        MemberAction::ReleaseSeat => MemberDeed::ReleaseSeat,
        MemberAction::Reactivate => MemberDeed::Reactivate,
        MemberAction::Suspend => MemberDeed::Suspend,
        MemberAction::Remove => MemberDeed::Remove,
        _ => return None,
    })
}

/// Shows what would become of each of the invitations that were ticked, or does it.
pub(crate) async fn invitations(
    State(web): State<Web>,
    Path(organization): Path<OrganizationId>,
    posted: Posted,
) -> Answer {
    let slug = posted.text("do");
    let action = OF_INVITATIONS.into_iter().find(|it| it.slug() == slug).ok_or(Stop::NotFound)?;
    let grave = action == InvitationAction::Revoke;
    let deed = if grave { InvitationDeed::Revoke } else { InvitationDeed::Resend };
    let (section, boxes) = ("invitations", "invitation");
    let told = Told { name: action.slug(), role: None, grave, section, boxes };
    let invitations = posted.all(boxes).filter_map(|text| text.parse().ok()).collect();
    let command = ChangeInvitations { organization, by: posted.visit.actor()?, invitations, deed };
    act(&web, organization, &posted, &command, &told).await
}

/// The ways back to the lists from the addresses of these forms, for whoever reloads one.
pub(crate) async fn back_to_members(Path(organization): Path<OrganizationId>) -> Response {
    see_other(&format!("/organizations/{organization}/members"))
}

pub(crate) async fn back_to_invitations(Path(organization): Path<OrganizationId>) -> Response {
    see_other(&format!("/organizations/{organization}/invitations"))
}

async fn act(
    web: &Web,
    organization: OrganizationId,
    posted: &Posted,
    command: &impl Command<Reply = Vec<Each>>,
    told: &Told,
) -> Answer {
    let (visit, memberships) = (&posted.visit, web.memberships());
    let back = format!("/organizations/{organization}/{}", told.section);
    if posted.all(told.boxes).next().is_none() {
        return Ok(see_other(&format!("{back}?done=none-chosen")));
    }
    let done = posted.text("sure") == "yes";
    let outcome = if done {
        let receipt = posted.once().receipt(memberships, organization.0).await?;
        let request = posted.once().request(visit, organization.0);
        or_refusal(memberships.run(command, request, |_| Some(receipt.clone())).await)?
    } else {
        or_refusal(memberships.try_out(command).await)?.map(Outcome::Done)
    };
    match outcome {
        Ok(Outcome::Done(each)) if !done || each.iter().any(|it| it.outcome.is_err()) => {
            let view = seen(visit, organization).await?;
            Ok(show(posted, &view, told, each, done))
        }
        Ok(_) => Ok(see_other(&format!("{back}?done=several-done"))),
        Err(refusal) => Err(refusal.into()),
    }
}

fn show(posted: &Posted, view: &OrganizationView, told: &Told, each: Vec<Each>, done: bool) -> Response {
    let (visit, words) = (&posted.visit, posted.visit.words);
    let good = each.iter().filter(|it| it.outcome.is_ok()).count();
    let name = |it: &Each| it.whom.clone().unwrap_or_else(|| words.t("several-unknown"));
    let refusals = each.iter().filter_map(|it| Some((it, it.outcome.as_ref().err()?)));
    let refused: Vec<_> = refusals.clone().map(|(it, no)| (name(it), words.refusal(no))).collect();
    let status = match (good, refusals.clone().next()) {
        (0, Some((_, no))) => status_of(Refusal::kind(no)),
        _ => StatusCode::OK,
    };
    let key = format!("several-{}", told.name);
    let titled = |key: &str| match &told.role {
        Some(role) => words.n1(key, good, ("role", role)),
        None => words.n(key, good),
    };
    let title = if done { titled(&format!("{key}-done")) } else { titled(&format!("{key}-title")) };
    let back = format!("/organizations/{}/{}", view.head.organization.id, told.section);
    let page = visit.page(title).of(view, told.section);
    let sent = ["do"].into_iter().map(|name| (name, posted.text(name).to_owned()));
    let boxes = posted.all(told.boxes).map(|id| (told.boxes, id.to_owned()));
    let template = SeveralPage {
        page: page.under(back.clone(), words.t(&format!("{}-title", told.section))),
        what: words.t(&format!("{key}-what")),
        action: format!("{back}/several"),
        sent: sent.chain(boxes).collect(),
        good: each.iter().filter(|it| it.outcome.is_ok()).map(name).collect(),
        refused,
        done,
        submit: titled(&format!("{key}-submit")),
        grave: told.grave,
        back,
    };
    html(status, &template)
}

/// The names by which the words know what is done to several.
#[cfg(test)]
pub(crate) fn names() -> Vec<&'static str> {
    let of_members = OF_MEMBERS.into_iter().map(MemberAction::slug);
    let of_invitations = OF_INVITATIONS.into_iter().map(InvitationAction::slug);
    of_members.chain(of_invitations).chain(["role"]).collect()
}
