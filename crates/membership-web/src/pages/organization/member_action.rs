//! What may be done to a member: each action with a page that says what it means, and the form that does it.

use axum::extract::{Path, State};
use axum::response::Response;
use membership_core::command::{ChangeRole, SetDeactivationDate};
use membership_core::id::{MemberId, OrganizationId};
use membership_core::input::InvalidInput;
use membership_core::invitation::Channel;
use membership_core::name::Username;
use membership_core::refusal::Refusal;
use membership_core::role::RoleKey;
use membership_core::service::{Failure, LoginHelp, Outcome};
use membership_core::view::{MemberView, OrganizationView};
use time::OffsetDateTime;
use time::macros::format_description;

use crate::answer::{Answer, html, see_other};
use crate::form::field::choose;
use crate::form::posted::VERSION;
use crate::form::{Choice, Choices, Field, Posted, Problems};
use crate::local_path::{local_path, saying_of};
use crate::pages::organization::confirm::Confirm;
use crate::pages::organization::invite::deliver_cards;
use crate::pages::organization::letter::link_to_hand_over;
use crate::pages::organization::seen;
use crate::stop::{Stop, or_refusal};
use crate::visit::Visit;
use crate::web::Web;
use crate::words::Words;

/// What may be done to a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MemberAction {
    ChangeRole,
    AllocateSeat,
    ReleaseSeat,
    SetDeactivationDate,
    Reactivate,
    SetLogin,
    SendSetUpLink,
    SignOut,
    Suspend,
    TransferOwnership,
    Remove,
}

impl MemberAction {
    /// Every action, in the order of a row's menu.
    pub(crate) const ALL: [Self; 11] = [
        Self::ChangeRole,
        Self::AllocateSeat,
        Self::ReleaseSeat,
        Self::SetDeactivationDate,
        Self::Reactivate,
        Self::SetLogin,
        Self::SendSetUpLink,
        Self::SignOut,
        Self::Suspend,
        Self::TransferOwnership,
        Self::Remove,
    ];

    /// The name among `allowed_actions`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ChangeRole => "change_role",
            Self::AllocateSeat => "allocate_seat",
            Self::ReleaseSeat => "release_seat",
            Self::SetDeactivationDate => "set_deactivation_date",
            Self::Reactivate => "reactivate",
            Self::SetLogin => "set_login",
            Self::SendSetUpLink => "send_set_up_link",
            Self::SignOut => "sign_out",
            Self::Suspend => "suspend",
            Self::TransferOwnership => "transfer_ownership",
            Self::Remove => "remove",
        }
    }

    /// The last part of its address.
    pub(crate) fn slug(self) -> &'static str {
        match self {
            Self::ChangeRole => "role",
            Self::AllocateSeat => "allocate-seat",
            Self::ReleaseSeat => "release-seat",
            Self::SetDeactivationDate => "deactivation-date",
            Self::Reactivate => "reactivate",
            Self::SetLogin => "login",
            Self::SendSetUpLink => "set-up-link",
            Self::SignOut => "sign-out",
            Self::Suspend => "suspend",
            Self::TransferOwnership => "transfer-ownership",
            Self::Remove => "remove",
        }
    }

    /// Whether it takes something away from somebody.
    pub(crate) fn is_grave(self) -> bool {
        matches!(self, Self::SignOut | Self::Suspend | Self::TransferOwnership | Self::Remove)
    }

    /// Whether it is harmless enough to be done from the row.
    pub(crate) fn is_at_once(self) -> bool {
        matches!(self, Self::AllocateSeat | Self::ReleaseSeat | Self::Reactivate)
    }

    fn at(slug: &str) -> Result<Self, Stop> {
        Self::ALL.into_iter().find(|action| action.slug() == slug).ok_or(Stop::NotFound)
    }
}

/// The action that takes back what the page that follows says was done, where one press does.
pub(crate) fn taken_back_by(done: &str) -> Option<&'static str> {
    match done {
        "role-changed" => Some("role"),
        "date-set" | "date-cleared" => Some("deactivation-date"),
        "suspended" => Some("reactivate"),
        "seat-allocated" => Some("release-seat"),
        "seat-released" => Some("allocate-seat"),
        _ => None,
    }
}

type Target = Path<(OrganizationId, MemberId, String)>;

/// Says what the action means.
pub(crate) async fn ask(visit: Visit, Path((organization, member, slug)): Target) -> Answer {
    let action = MemberAction::at(&slug)?;
    let view = seen(&visit, organization).await?;
    let member = visit.web.memberships().member(organization, visit.actor()?, member).await?;
    if !member.allowed_actions.contains(&action.name()) {
        return Err(Stop::NotAllowed);
    }
    Ok(confirm(&visit, &view, &member, (action, None), &Problems::none(visit.words)))
}

/// Does it.
pub(crate) async fn act(State(web): State<Web>, Path((organization, member, slug)): Target, posted: Posted) -> Answer {
    let action = MemberAction::at(&slug)?;
    if action == MemberAction::SendSetUpLink {
        return send_link(&web, (organization, member), &posted).await;
    }
    match or_refusal(carry_out(&web, organization, member, action, &posted).await)? {
        Ok(done) => {
            let members = format!("/organizations/{organization}/members");
            let back = local_path(posted.text("back")).unwrap_or(&members);
            Ok(see_other(&saying_of(back, done, taken_back_by(done).map(|_| member))))
        }
        Err(refusal) => {
            let visit = &posted.visit;
            let view = seen(visit, organization).await?;
            let member = web.memberships().member(organization, visit.actor()?, member).await?;
            let mut problems = Problems::none(visit.words);
            match refusal {
                Refusal::DateInThePast => problems.add_to("at", &refusal),
                Refusal::Invalid(ref input) if input.field == "initial_password" => {
                    problems.add_to("password", &refusal);
                }
                // Neither of the two fields was filled in.
                Refusal::Invalid(ref input) if input.field == "body" => problems.add_to("username", &refusal),
                refusal => problems.add(&refusal),
            }
            Ok(confirm(visit, &view, &member, (action, Some(&posted)), &problems))
        }
    }
}

/// Makes the personal link: it is mailed, or shown this once.
async fn send_link(web: &Web, (organization, member): (OrganizationId, MemberId), posted: &Posted) -> Answer {
    let visit = &posted.visit;
    let by_hand = posted.text("deliver") == "hand";
    let channel = if by_hand { Channel::Hand } else { Channel::Mail };
    let whose = (organization, visit.actor()?, member);
    let receipt = posted.once().receipt(web.memberships(), organization.0).await?;
    let request = posted.once().request(visit, organization.0);
    let issuing = web.accounts.issue_set_up_link(whose, channel, request, |_| Some(receipt.clone()));
    let outcome = or_refusal(issuing.await)?;
    let view = seen(visit, organization).await?;
    match outcome {
        Ok(Outcome::Done(issued)) if by_hand => Ok(link_to_hand_over(web, visit, &view, &issued)),
        Ok(_) => Ok(see_other(&format!("/organizations/{organization}/members/{member}?done=set-up-link-sent"))),
        Err(refusal) => {
            let member = web.memberships().member(organization, visit.actor()?, member).await?;
            let mut problems = Problems::none(visit.words);
            problems.add(&refusal);
            Ok(confirm(visit, &view, &member, (MemberAction::SendSetUpLink, Some(posted)), &problems))
        }
    }
}

async fn carry_out(
    web: &Web,
    organization: OrganizationId,
    member: MemberId,
    action: MemberAction,
    posted: &Posted,
) -> Result<&'static str, Failure> {
    let expected = posted.version();
    let by = posted.visit.actor().map_err(|_| Refusal::NotSignedIn)?;
    let memberships = web.memberships();
    Ok(match action {
        MemberAction::ChangeRole => {
            let role = RoleKey::parse(posted.text("role"))?;
            memberships.execute(&ChangeRole { organization, by, member, role, expected }).await?;
            "role-changed"
        }
        MemberAction::AllocateSeat => {
            or_already(memberships.allocate_seat(organization, by, member).await, &Refusal::SeatHeld)?;
            "seat-allocated"
        }
        MemberAction::ReleaseSeat => {
            or_already(memberships.release_seat(organization, by, member).await, &Refusal::NoSeatHeld)?;
            "seat-released"
        }
        MemberAction::SetDeactivationDate => {
            let at = posted.optional("at").map(|text| read_date("at", text)).transpose()?;
            memberships.execute(&SetDeactivationDate { organization, by, member, at, expected }).await?;
            if at.is_some() { "date-set" } else { "date-cleared" }
        }
        MemberAction::Reactivate => {
            memberships.reactivate(organization, by, member).await?;
            "reactivated"
        }
        MemberAction::SetLogin => {
            let username = posted.optional("username").map(Username::parse).transpose()?;
            let help = LoginHelp { username, initial_password: posted.password() };
            web.accounts.set_login((organization, by, member), help, posted.visit.request()).await?;
            "login-changed"
        }
        MemberAction::SignOut => {
            let whose = (organization, by, member);
            web.accounts.sign_member_out(whose, posted.visit.request(), |()| None).await?;
            "signed-out-member"
        }
        // It may have a link to show, and so a page of its own.
        MemberAction::SendSetUpLink => "set-up-link-sent",
        MemberAction::Suspend => {
            memberships.suspend(organization, by, member).await?;
            "suspended"
        }
        MemberAction::TransferOwnership => {
            memberships.transfer_ownership(organization, by, member).await?;
            "transferred"
        }
        MemberAction::Remove => {
            memberships.remove(organization, by, member).await?;
            "removed"
        }
    })
}

/// Pressed twice, or by two at once, it is as it was asked for.
fn or_already(done: Result<MemberView, Failure>, already: &Refusal) -> Result<(), Failure> {
    match done {
        Err(Failure::Refused(refusal)) if refusal == *already => Ok(()),
        done => done.map(drop),
    }
}

fn confirm(
    visit: &Visit,
    view: &OrganizationView,
    member: &MemberView,
    (action, posted): (MemberAction, Option<&Posted>),
    problems: &Problems,
) -> Response {
    let typed = |name: &str| posted.and_then(|posted| posted.typed(name));
    let words = visit.words;
    let organization = view.head.organization.id;
    let slug = action.slug();
    let title = words.t1(&format!("confirm-{slug}-title"), "name", &member.member.name);
    let template = Confirm {
        page: visit
            .page(title)
            .of(view, "members")
            .under(format!("/organizations/{}/members", view.head.organization.id), words.t("members-title"))
            .with_problem(problems.summary()),
        consequences: consequences(words, view, member, action),
        fields: fields(visit, member, (action, posted), problems),
        choices: match action {
            MemberAction::SendSetUpLink => Some(deliver_cards(visit, typed("deliver").unwrap_or("mail"))),
            MemberAction::ChangeRole => Some(role_cards(words, view, member, typed("role"), problems)),
            _ => None,
        },
        action: format!("/organizations/{organization}/members/{}/{slug}", member.member.id),
        submit: words.t(&format!("action-{slug}")),
        grave: action.is_grave(),
        back: format!("/organizations/{organization}/members"),
    };
    html(problems.status(), &template)
}

fn consequences(words: Words, view: &OrganizationView, member: &MemberView, action: MemberAction) -> Vec<String> {
    let mut sentences = vec![words.t(&format!("confirm-{}-what", action.slug()))];
    match action {
        MemberAction::Remove if member.seat => sentences.push(words.t("confirm-remove-seat")),
        MemberAction::Suspend if member.seat => sentences.push(words.t("confirm-suspend-seat")),
        MemberAction::TransferOwnership => {
            let top = view.head.organization.policy.role_scheme.top();
            sentences.push(words.t1("confirm-transfer-ownership-you", "role", words.role(top.as_str())));
        }
        _ => {}
    }
    sentences
}

fn fields(
    visit: &Visit,
    member: &MemberView,
    (action, posted): (MemberAction, Option<&Posted>),
    problems: &Problems,
) -> Vec<Field> {
    let words = visit.words;
    let typed = |name: &str| posted.and_then(|posted| posted.typed(name));
    // What somebody else may change meanwhile carries its version.
    let version = || Field::hidden(VERSION, member.member.version.to_string());
    match action {
        MemberAction::ChangeRole => vec![version()],
        MemberAction::SetDeactivationDate => {
            let present = member.member.deactivates_at.map(|at| at.date().to_string()).unwrap_or_default();
            let field = Field::line("at", words.t("field-deactivation-date")).of_kind("date").optional();
            let field = field.with(typed("at").unwrap_or(&present)).hinted(words.t("hint-deactivation-date"));
            vec![version(), field.over(&present, problems)]
        }
        MemberAction::SetLogin => {
            let shortest = visit.web.accounts.rules().shortest_password;
            let username =
                Field::line("username", words.t("field-username")).with(typed("username").unwrap_or_default());
            let username = username.hinted(words.t("hint-username")).at_most(40);
            let password = Field::password(words.t("field-initial-password"), "new-password");
            vec![
                username.optional().judged(problems),
                password.hinted(words.n("hint-initial-password", shortest)).optional().judged(problems),
            ]
        }
        _ => Vec::new(),
    }
}

fn role_cards(
    words: Words,
    view: &OrganizationView,
    member: &MemberView,
    typed: Option<&str>,
    problems: &Problems,
) -> Choices {
    let present = member.member.role.as_str();
    let cards = choose(roles(words, view, &member.grantable_roles), typed.unwrap_or(present));
    Choices::new("role", words.t("field-role"), cards).over(present, problems)
}

/// Roles as cards, highest first, each saying what its holders may do.
pub(crate) fn roles(words: Words, view: &OrganizationView, offered: &[RoleKey]) -> Vec<Choice> {
    let scheme = view.head.organization.policy.role_scheme.roles();
    let offered = scheme.iter().filter(|role| offered.contains(&role.key));
    offered
        .map(|role| Choice {
            value: role.key.to_string(),
            title: words.role(role.key.as_str()),
            about: words.points(role),
            chosen: false,
        })
        .collect()
}

/// The beginning of a day, in UTC, as date fields send it.
///
/// # Errors
/// `not-a-date`, about `field`.
pub(crate) fn read_date(field: &'static str, text: &str) -> Result<OffsetDateTime, InvalidInput> {
    let day = time::Date::parse(text, format_description!("[year]-[month]-[day]"));
    day.map(|day| day.midnight().assume_utc())
        .map_err(|_| InvalidInput::new(field, "not-a-date", "must be a date such as `2027-01-31`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_the_beginning_of_its_day() {
        assert_eq!(read_date("at", "2027-01-31").unwrap().unix_timestamp(), 1_801_353_600);
        for bad in ["31.01.2027", "2027-02-30", "tomorrow", "2027-01-31T10:00"] {
            assert_eq!(read_date("at", bad).unwrap_err().code, "not-a-date");
        }
    }
}
