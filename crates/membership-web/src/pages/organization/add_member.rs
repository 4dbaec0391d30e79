//! Add one person to the roster: with an initial password, a personal link, or neither (S2.6, S4.1).

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use membership_core::command::AddMember;
use membership_core::draft::Actor;
use membership_core::email::EmailAddress;
use membership_core::id::{MemberId, OrganizationId};
use membership_core::invitation::Channel;
use membership_core::name::{Names, PersonName, Username};
use membership_core::policy::NameForm;
use membership_core::profile::{Labels, MemberNumber, MemberProfile};
use membership_core::refusal::Refusal;
use membership_core::role::RoleKey;
use membership_core::service::{LoginHelp, Outcome};
use membership_core::view::OrganizationView;

use crate::answer::{Answer, html, see_other};
use crate::form::field::choose;
use crate::form::{Choice, Choices, Field, Posted, Problems};
use crate::pages::organization::confirm::Confirm;
use crate::pages::organization::letter::link_to_hand_over;
use crate::pages::organization::member_action::roles;
use crate::pages::organization::seen;
use crate::stop::{Stop, or_refusal};
use crate::visit::Visit;
use crate::web::Web;

/// Asks whom to add.
pub(crate) async fn show(visit: Visit, Path(organization): Path<OrganizationId>) -> Answer {
    let view = seen(&visit, organization).await?;
    if !view.allowed_actions.contains(&"invite") {
        return Err(Stop::NotAllowed);
    }
    Ok(form(&visit, &view, None, &Problems::none(visit.words)))
}

/// Adds them.
pub(crate) async fn act(State(web): State<Web>, Path(organization): Path<OrganizationId>, posted: Posted) -> Answer {
    let visit = &posted.visit;
    let by = visit.actor()?;
    let view = seen(visit, organization).await?;
    let mut problems = Problems::none(visit.words);
    let id = MemberId(posted.once().id("member"));
    let Some((command, login)) = read(&posted, &view, (by, id), &mut problems) else {
        return Ok(form(visit, &view, Some(&posted), &problems));
    };
    let by_hand = command.link.is_some_and(|reach| reach.channel() == Channel::Hand);
    let receipt = posted.once().receipt(web.memberships(), organization.0).await?;
    let request = posted.once().request(visit, organization.0);
    match or_refusal(web.accounts.add_member(command, login, request, |_| Some(receipt.clone())).await)? {
        Ok(Outcome::Done(added)) if by_hand => Ok(link_to_hand_over(&web, visit, &view, &added)),
        Ok(_) => Ok(see_other(&format!("/organizations/{organization}/members/{id}?done=member-added"))),
        Err(refusal) => {
            match &refusal {
                Refusal::Invalid(input) if input.field == "initial_password" => problems.add_to("password", &refusal),
                Refusal::Invalid(input) if input.field == "deliver" => problems.add_to("set_up_link", &refusal),
                refusal => problems.add(refusal),
            }
            Ok(form(visit, &view, Some(&posted), &problems))
        }
    }
}

fn read(
    posted: &Posted,
    view: &OrganizationView,
    (by, id): (Actor, MemberId),
    problems: &mut Problems,
) -> Option<(AddMember, Option<LoginHelp>)> {
    let called = read_names(posted, view, problems);
    let email = problems.read(posted.optional("email").map(EmailAddress::parse).transpose());
    let role = problems.read(posted.optional("role").map(RoleKey::parse).transpose());
    let username = problems.read(posted.optional("username").map(Username::parse).transpose());
    let (username, initial_password) = (username?, posted.password());
    let wants_login = username.is_some() || initial_password.is_some();
    let link = match posted.text("set_up_link") {
        "mail" => Some(Channel::Mail),
        "hand" => Some(Channel::Hand),
        _ => None,
    };
    let number = problems.read(posted.optional("number").map(MemberNumber::parse).transpose());
    let labels = posted.text("labels").split('|').map(str::trim).filter(|label| !label.is_empty());
    let labels = problems.read(Labels::parse(labels));
    let link = link.map(|channel| posted.visit.web.memberships().reach(channel));
    let (name, names) = called?;
    let command = AddMember {
        organization: view.head.organization.id,
        by,
        id,
        name,
        email: email?,
        role: role?,
        profile: MemberProfile { names, number: number?, labels: labels?, ..MemberProfile::default() },
        deactivates_at: None,
        login: None,
        link,
    };
    Some((command, wants_login.then_some(LoginHelp { username, initial_password })))
}

/// The name, in one field or two: as the organization asks newcomers for it.
fn read_names(posted: &Posted, view: &OrganizationView, problems: &mut Problems) -> Option<(PersonName, Names)> {
    if view.head.organization.policy.sign_up_policy.name == NameForm::OneField {
        return Some((problems.read(PersonName::parse(posted.text("name")))?, Names::default()));
    }
    let [first, last] = ["first_name", "last_name"]
        .map(|field| problems.read(PersonName::parse(posted.text(field)).map_err(|input| input.about(field))));
    let names = Names { first: Some(first?), last: Some(last?) };
    let whole = names.whole().map_err(|input| input.about("last_name"));
    Some((problems.read(whole)??, names))
}

fn form(visit: &Visit, view: &OrganizationView, posted: Option<&Posted>, problems: &Problems) -> Response {
    let words = visit.words;
    let typed = |name: &str| posted.map_or("", |posted| posted.text(name));
    let base = format!("/organizations/{}", view.head.organization.id);
    let scheme = &view.head.organization.policy.role_scheme;
    let role = posted.map_or(scheme.default_role().as_str(), |posted| posted.text("role"));
    let shortest = visit.web.accounts.rules().shortest_password;
    let ways = ["none", "mail", "hand"].map(|value| Choice {
        value: value.to_owned(),
        title: words.t(&format!("set-up-link-{value}")),
        about: String::new(),
        chosen: false,
    });
    let called = match view.head.organization.policy.sign_up_policy.name {
        NameForm::OneField => vec![("name", "field-member-name")],
        NameForm::FirstAndLast => vec![("first_name", "field-first-name"), ("last_name", "field-last-name")],
    };
    let called = called.into_iter().map(|(name, label)| {
        Field::line(name, words.t(label)).with(typed(name)).at_most(PersonName::LONGEST).judged(problems)
    });
    let access = [
        Field::email("email", words.t("field-email"))
            .with(typed("email"))
            .filled_with("off")
            .optional()
            .judged(problems),
        Field::line("number", words.t("field-number"))
            .with(typed("number"))
            .hinted(words.t("hint-number"))
            .at_most(MemberNumber::LONGEST)
            .optional()
            .judged(problems),
        Field::line("labels", words.t("field-labels"))
            .with(typed("labels"))
            .hinted(words.t("hint-labels"))
            .optional()
            .judged(problems),
        Field::select("set_up_link", words.t("field-set-up-link"), choose(ways.into(), typed("set_up_link")))
            .judged(problems),
        Field::line("username", words.t("field-username"))
            .with(typed("username"))
            .hinted(words.t("hint-username"))
            .at_most(40)
            .optional()
            .judged(problems),
        Field::password(words.t("field-initial-password"), "new-password")
            .hinted(words.n("hint-initial-password", shortest))
            .optional()
            .judged(problems),
    ];
    let fields = called.chain(access).collect();
    let template = Confirm {
        page: visit
            .page(words.t("add-member-title"))
            .of(view, "members")
            .under(format!("{base}/members"), words.t("members-title"))
            .with_problem(problems.summary()),
        consequences: vec![words.t("add-member-lead")],
        fields,
        choices: Some(
            Choices::new("role", words.t("field-role"), choose(roles(words, view, &view.grantable_roles), role))
                .judged(problems),
        ),
        action: format!("{base}/add-member"),
        submit: words.t("add-member"),
        grave: false,
        back: format!("{base}/members"),
    };
    html(if problems.summary().is_some() { problems.status() } else { StatusCode::OK }, &template)
}
