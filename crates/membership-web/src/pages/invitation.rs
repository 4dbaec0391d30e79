//! What a person sees who opens an invitation's link: one clear card, and the one next step that is theirs (S1.7).
//!
//! Opening it, however often, changes nothing (I11): only the two forms on it do.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use membership_core::refusal::Refusal;
use membership_core::service::{AcceptForm, Caller, Inspection, Request};
use secrecy::{ExposeSecret, SecretString};

use crate::answer::{Answer, html, see_other, status_of};
use crate::form::{Field, Posted, Problems};
use crate::link_cookie::INVITATION;
use crate::page::{Page, Way};
use crate::pages::account::elsewhere::{Button, buttons};
use crate::pages::account::{done, go_on_accepted};
use crate::stop::{Message, Stop, or_refusal};
use crate::visit::Visit;
use crate::web::Web;
use crate::words::machine_time;

mod newcomer;

#[derive(Template)]
#[template(path = "invitation.html")]
struct InvitationPage {
    page: Page,
    organization: String,
    role: String,
    inviter: Option<String>,
    masked_email: String,
    message: Option<String>,
    until: String,
    until_machine: String,
    /// Whether a new person registers before anything is accepted.
    registers_first: bool,
    /// Whether somebody with an account may have to sign in first: the link does not tell who has one.
    may_have_account: bool,
    step: Step,
    /// Whom a newcomer can accept with.
    providers: Vec<Button>,
}

/// The one thing to do next, by who opened the link.
enum Step {
    /// A new person tells what the organization asks.
    Register(Vec<Field>),
    /// A known person who is not signed in types the address, which shows that they know it.
    TypeAddress(Field),
    /// The invited person is signed in.
    Confirm(String),
    /// Somebody else is signed in, under these addresses.
    Switch(String),
    /// The signed-in person cannot accept, for this reason; there may be a way out.
    Stuck(String, Way),
}

/// Moves the link out of the address.
pub(crate) async fn take_link(State(web): State<Web>, Path(link): Path<String>) -> Response {
    INVITATION.take(&web, &link)
}

/// Shows the invitation and the next step.
pub(crate) async fn show(visit: Visit, headers: HeaderMap) -> Answer {
    let Some(link) = INVITATION.link(&visit.web, &headers) else { return Ok(no_link(&visit)) };
    present(&visit, &link, None, &Problems::none(visit.words)).await
}

/// Accepts the invitation and signs the person in.
pub(crate) async fn accept(State(web): State<Web>, headers: HeaderMap, posted: Posted) -> Answer {
    let visit = &posted.visit;
    let Some(link) = INVITATION.link(&web, &headers) else { return Ok(no_link(visit)) };
    let inspection = match or_refusal(web.accounts.inspect(link.expose_secret()).await)? {
        Ok(inspection) => inspection,
        Err(refusal) => return Ok(closed(visit, &refusal)),
    };
    let mut problems = Problems::none(visit.speaking(inspection.language).words);
    let caller = visit.caller.as_deref();
    let form = if caller.is_some() {
        Some(AcceptForm::default())
    } else {
        newcomer::read(&posted, &inspection, &mut problems)
    };
    if let Some(form) = form.clone().filter(|_| caller.is_none() && registers(&inspection)) {
        match or_refusal(web.accounts.register(link.expose_secret(), form, visit.request(), |()| None).await)? {
            Ok(_) => return Ok(see_other("/invitation/registered")),
            Err(refusal) => newcomer::place(&inspection, &refusal, &mut problems),
        }
    } else if let Some(form) = form {
        let accepting = web.accounts.accept(link.expose_secret(), form, caller, visit.request(), |_| None);
        match or_refusal(accepting.await)? {
            Ok(outcome) => {
                let account = done(outcome)?;
                let path = format!("/organizations/{}", account.accepted.organization);
                let answer = go_on_accepted(&web, &account, &path);
                return Ok(INVITATION.forget(&web, answer));
            }
            Err(refusal) => newcomer::place(&inspection, &refusal, &mut problems),
        }
    }
    present(visit, &link, Some(&posted), &problems).await
}

/// Whether a new person makes an account first, and accepts afterwards (S0.10).
fn registers(inspection: &Inspection) -> bool {
    inspection.asks.registers_first && !inspection.has_account
}

/// Says that a mail with a login link is on its way.
pub(crate) async fn registered(visit: Visit) -> Answer {
    let words = visit.words;
    let mut ways = ways_on(&visit);
    if visit.web.mailbox.is_some() {
        ways.insert(0, Way::to("/dev/mailbox", words.t("way-mailbox")));
    }
    let page = visit.page(words.t("sign-up-sent"));
    Ok(html(StatusCode::OK, &Message { page, text: words.t("invitation-registered-text"), ways }))
}

/// Says no.
pub(crate) async fn decline(State(web): State<Web>, headers: HeaderMap, posted: Posted) -> Answer {
    let Some(link) = INVITATION.link(&web, &headers) else { return Ok(no_link(&posted.visit)) };
    match or_refusal(web.memberships().decline(link.expose_secret()).await)? {
        Ok(()) => Ok(INVITATION.forget(&web, see_other("/invitation/declined"))),
        Err(refusal) => Ok(closed(&posted.visit, &refusal)),
    }
}

/// The way back to the page from the address of its form, for whoever reloads one.
pub(crate) async fn back() -> Response {
    see_other(INVITATION.path)
}

/// Says that the answer was taken.
pub(crate) async fn declined(visit: Visit) -> Answer {
    let words = visit.words;
    let page = visit.page(words.t("declined-title"));
    let ways = ways_on(&visit);
    Ok(html(StatusCode::OK, &Message { page, text: words.t("declined-text"), ways }))
}

async fn present(visit: &Visit, link: &SecretString, posted: Option<&Posted>, problems: &Problems) -> Answer {
    let inspection = match or_refusal(visit.web.accounts.inspect(link.expose_secret()).await)? {
        Ok(inspection) => inspection,
        Err(refusal) => return Ok(closed(visit, &refusal)),
    };
    // Whoever has not said otherwise reads what the inviter wrote in.
    let visit = &visit.speaking(inspection.language);
    let words = visit.words;
    let step = match visit.caller.as_deref() {
        Some(caller) => step_of(visit, link, &inspection, caller).await?,
        None if !inspection.has_account => Step::Register(newcomer::fields(visit, &inspection, posted, problems)),
        None => {
            let typed = posted.map_or("", |posted| posted.text("email"));
            let field = Field::email("email", words.t("field-own-email")).with(typed).at_most(254);
            Step::TypeAddress(
                field.hinted(words.t1("hint-own-email", "email", &inspection.masked_email)).judged(problems),
            )
        }
    };
    let registers_first = registers(&inspection);
    let template = InvitationPage {
        page: visit
            .page(words.t1("invitation-title", "organization", &inspection.organization_name))
            .with_logo(inspection.logo_url.as_ref())
            .with_problem(problems.summary()),
        role: words.role(&inspection.role),
        inviter: inspection.inviter,
        masked_email: inspection.masked_email,
        message: inspection.message,
        until: words.moment(inspection.expires_at),
        until_machine: machine_time(inspection.expires_at),
        registers_first,
        may_have_account: visit.caller.is_none() && !inspection.proves_mailbox,
        organization: inspection.organization_name,
        step,
        providers: if visit.caller.is_none() { buttons(visit) } else { Vec::new() },
    };
    Ok(html(problems.status(), &template))
}

/// What a signed-in person can do: the command itself is asked, without carrying it out.
async fn step_of(visit: &Visit, link: &SecretString, inspection: &Inspection, caller: &Caller) -> Result<Step, Stop> {
    let words = visit.words;
    let request = Request { dry_run: true, ..Request::default() };
    let trial = visit.web.accounts.accept(link.expose_secret(), AcceptForm::default(), Some(caller), request, |_| None);
    let refusal = match or_refusal(trial.await)? {
        Ok(_) => return Ok(Step::Confirm(caller.user.name.to_string())),
        Err(refusal) => refusal,
    };
    Ok(match &refusal {
        Refusal::WrongAccount { present, .. } => {
            Step::Switch(present.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
        }
        Refusal::AlreadyMember => {
            let way = Way::to(format!("/organizations/{}", inspection.organization), words.t("way-organization"));
            Step::Stuck(words.t("invitation-already-member"), way)
        }
        Refusal::PasswordChangeRequired => {
            Step::Stuck(words.refusal(&refusal), Way::to("/password", words.t("password-title")))
        }
        refusal => Step::Stuck(words.refusal(refusal), Way::to("/organizations", words.t("way-organizations"))),
    })
}

/// The page of a link that cannot be used (any more), with what to do instead.
fn closed(visit: &Visit, refusal: &Refusal) -> Response {
    let words = visit.words;
    let title = words.find(&format!("closed-{}", refusal.code())).unwrap_or_else(|| words.t("stop-gone"));
    let text = match (refusal, &visit.caller) {
        (Refusal::InvitationAccepted, Some(_)) => words.t("closed-yours-perhaps"),
        (refusal, _) => words.refusal(refusal),
    };
    let template = Message { page: visit.page(title), text, ways: ways_on(visit) };
    html(status_of(refusal.kind()), &template)
}

fn no_link(visit: &Visit) -> Response {
    let words = visit.words;
    let page = visit.page(words.t("invitation-no-link"));
    html(StatusCode::NOT_FOUND, &Message { page, text: words.t("invitation-no-link-text"), ways: ways_on(visit) })
}

fn ways_on(visit: &Visit) -> Vec<Way> {
    let words = visit.words;
    match visit.caller {
        Some(_) => vec![Way::to("/organizations", words.t("way-organizations"))],
        None => vec![Way::to("/sign-in", words.t("way-sign-in"))],
    }
}
