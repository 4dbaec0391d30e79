//! Sign in with a provider: the way there, the way back, and what opens one's own account.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use membership_core::facts::Scope;
use membership_core::id::IdentityId;
use membership_core::identity::Assertion;
use membership_core::port::{Arrival, ProviderError};
use membership_core::refusal::Refusal;
use membership_core::service::Failure;
use secrecy::ExposeSecret;
use serde::Deserialize;

use crate::answer::{Answer, html, see_other};
use crate::departure::{self, Purpose, Taken};
use crate::form::{Posted, Problems};
use crate::link_cookie::INVITATION;
use crate::local_path::local_path;
use crate::page::Page;
use crate::pages::account::{go_on_accepted, go_on_with};
use crate::stop::{Stop, or_refusal};
use crate::visit::Visit;
use crate::web::Web;
use crate::words::machine_time;

/// Where the identities of one's account are.
const IDENTITIES: &str = "/identities";

/// A provider's button.
pub(crate) struct Button {
    pub key: String,
    pub label: String,
}

/// The providers' buttons; none where there are no providers.
pub(crate) fn buttons(visit: &Visit) -> Vec<Button> {
    let all = visit.web.elsewhere.as_ref().map(|it| it.providers.all()).unwrap_or_default();
    let button = |it: &membership_core::port::Provider| Button {
        key: it.key.clone(),
        label: visit.words.t1("with", "name", &it.name),
    };
    all.iter().map(button).collect()
}

/// The buttons of those providers whose word on a second factor is taken and who know the visitor already.
pub(crate) fn second_factor_buttons(visit: &Visit) -> Vec<Button> {
    let all = visit.web.elsewhere.as_ref().map(|it| it.providers.all()).unwrap_or_default();
    let identities = visit.caller.as_ref().map(|it| it.user.identities.as_slice()).unwrap_or_default();
    let knows = |issuer: &str| identities.iter().any(|it| it.subject.issuer() == issuer);
    let trusted = all.iter().filter(|it| it.second_factor && knows(&it.issuer));
    let label = |name: &str| visit.words.t1("with-second-factor", "name", name);
    trusted.map(|it| Button { key: it.key.clone(), label: label(&it.name) }).collect()
}

/// The page between the form and the provider. A form may be sent to ourselves only, and browsers hold redirects to that;
/// this page goes on by itself, and by its link.
#[derive(Template)]
#[template(path = "departure.html")]
struct DeparturePage {
    page: Page,
    address: String,
    label: String,
}

/// Begins a sign-in at a provider.
pub(crate) async fn depart(State(web): State<Web>, Path(key): Path<String>, posted: Posted) -> Answer {
    let next = local_path(posted.text("next")).unwrap_or("/organizations").to_owned();
    let second_factor = posted.text("second_factor") == "1";
    leave(&web, &posted.visit, (&key, second_factor), Purpose::SignIn(next)).await
}

/// Begins to accept an invitation with a provider.
pub(crate) async fn depart_to_accept(
    State(web): State<Web>,
    Path(key): Path<String>,
    headers: HeaderMap,
    posted: Posted,
) -> Answer {
    let Some(link) = INVITATION.link(&web, &headers) else { return Ok(see_other(INVITATION.path)) };
    let second_factor = web.accounts.invitation_asks_second_factor(link.expose_secret()).await?;
    leave(&web, &posted.visit, (&key, second_factor), Purpose::Accept(link.expose_secret().to_owned())).await
}

/// Begins to bind an identity to one's own account; whoever has a second factor shows it first.
pub(crate) async fn depart_to_link(State(web): State<Web>, Path(key): Path<String>, posted: Posted) -> Answer {
    let caller = posted.visit.caller()?;
    let mine = web.accounts.my_factors(caller).await?;
    if mine.factors.is_on() && !mine.fresh {
        return Err(Stop::FreshProof(IDENTITIES.to_owned()));
    }
    leave(&web, &posted.visit, (&key, false), Purpose::Link(caller.user.id.0)).await
}

/// The address of a form that was reloaded.
pub(crate) async fn back() -> Response {
    see_other("/sign-in")
}

/// Sends the browser to a provider, which is asked for a second factor where the policy of an organization asks for one.
async fn leave(web: &Web, visit: &Visit, (key, second_factor): (&str, bool), purpose: Purpose) -> Answer {
    let elsewhere = web.elsewhere.as_ref().ok_or(Stop::NotFound)?;
    let departure = elsewhere.providers.depart(key, second_factor).await.map_err(Stop::Provider)?;
    let name = elsewhere.providers.all().iter().find(|it| it.key == key).map_or("", |it| it.name.as_str());
    let page = visit.page(visit.words.t1("departure-title", "name", name));
    let label = visit.words.t1("with", "name", name);
    let answer = html(StatusCode::OK, &DeparturePage { page, address: departure.address, label });
    let now = now(web).await?;
    departure::give(web, answer, (key, &departure.pending, purpose), now).ok_or(Stop::Provider(ProviderError::Astray))
}

#[derive(Deserialize)]
pub(crate) struct Returned {
    state: Option<String>,
    code: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

/// Takes up whoever comes back from a provider. Only the browser that left can, once.
pub(crate) async fn arrive(
    State(web): State<Web>,
    Path(key): Path<String>,
    headers: HeaderMap,
    visit: Visit,
    Query(returned): Query<Returned>,
) -> Answer {
    let answer = match arrived(&web, &key, &headers, &visit, returned).await {
        Ok(answer) => answer,
        Err(stop) => stop.shown(&visit),
    };
    Ok(departure::forget(&web, answer))
}

async fn arrived(web: &Web, key: &str, headers: &HeaderMap, visit: &Visit, returned: Returned) -> Answer {
    let elsewhere = web.elsewhere.as_ref().ok_or(Stop::NotFound)?;
    let taken = departure::taken(web, headers, now(web).await?).filter(|it| it.provider == key);
    let taken = taken.ok_or(Stop::Provider(ProviderError::Astray))?;
    let arrival = Arrival {
        state: returned.state,
        code: returned.code.map(Into::into),
        issuer: returned.iss,
        error: returned.error,
    };
    let assertion = elsewhere.providers.arrive(key, &taken.pending(), &arrival).await.map_err(Stop::Provider)?;
    go_on(web, key, visit, (taken, &assertion)).await
}

async fn go_on(web: &Web, key: &str, visit: &Visit, (taken, assertion): (Taken, &Assertion)) -> Answer {
    let ends = visit.caller.as_ref().map(|caller| &caller.sign_in);
    match taken.purpose {
        Purpose::SignIn(next) => {
            let providers = web.elsewhere.as_ref().map(|it| it.providers.all()).unwrap_or_default();
            let sign_up = providers.iter().any(|it| it.key == key && it.sign_up);
            let signed_in = web.accounts.sign_in_by(assertion, sign_up, ends, visit.request()).await?;
            Ok(go_on_with(web, &signed_in, &next))
        }
        Purpose::Accept(link) => {
            let accepted = web.accounts.accept_by(&link, assertion, ends, visit.request()).await?;
            let path = format!("/organizations/{}", accepted.accepted.organization);
            let answer = go_on_accepted(web, &accepted, &path);
            Ok(INVITATION.forget(web, answer))
        }
        Purpose::Link(user) => {
            let caller = visit.caller()?;
            if caller.user.id.0 != user {
                return Err(Stop::Provider(ProviderError::Astray));
            }
            let linked = web.accounts.link_identity(caller, assertion, visit.request()).await;
            linked.map_err(|failure| match failure {
                // The proof has grown old on the way to the provider and back, and one comes back once.
                Failure::Refused(Refusal::FreshProofRequired) => Stop::FreshProof(IDENTITIES.to_owned()),
                failure => failure.into(),
            })?;
            Ok(see_other("/identities?done=identity-linked"))
        }
    }
}

async fn now(web: &Web) -> Result<time::OffsetDateTime, Stop> {
    let facts = web.memberships().ports().store.read(&Scope::default()).await;
    Ok(facts.map_err(|error| Stop::Failed(error.into()))?.now)
}

#[derive(Template)]
#[template(path = "identities.html")]
struct IdentitiesPage {
    page: Page,
    identities: Vec<Shown>,
    providers: Vec<Button>,
}

struct Shown {
    id: String,
    issuer: String,
    email: Option<String>,
    linked: String,
    linked_machine: String,
    /// Whether the person can sign in otherwise, too.
    removable: bool,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    done: Option<String>,
}

/// Lists what opens one's own account besides a password.
pub(crate) async fn show(visit: Visit, Query(asked): Query<Asked>) -> Answer {
    let caller = visit.caller()?;
    let page = visit.page(visit.words.t("identities-title")).after(asked.done.as_deref());
    Ok(html(StatusCode::OK, &listed(&visit, caller, page)))
}

/// Gives one up.
pub(crate) async fn unlink(State(web): State<Web>, posted: Posted) -> Answer {
    let caller = posted.visit.caller()?;
    let Ok(identity) = posted.text("identity").parse::<IdentityId>() else { return Err(Stop::NotFound) };
    match or_refusal(web.accounts.unlink_identity(caller, identity, posted.visit.request()).await)? {
        Ok(_) => Ok(see_other("/identities?done=identity-unlinked")),
        Err(refusal) => {
            let words = posted.visit.words;
            let mut problems = Problems::none(words);
            problems.add(&refusal);
            let page = posted.visit.page(words.t("identities-title")).with_problem(problems.summary());
            Ok(html(problems.status(), &listed(&posted.visit, caller, page)))
        }
    }
}

fn listed(visit: &Visit, caller: &membership_core::service::Caller, page: Page) -> IdentitiesPage {
    let shown = |it: &membership_core::identity::Identity| Shown {
        id: it.id().to_string(),
        issuer: it.issuer_name().to_owned(),
        email: it.email.as_ref().map(ToString::to_string),
        linked: visit.words.moment(it.linked_at),
        linked_machine: machine_time(it.linked_at),
        removable: caller.user.has_another_way_in(it.id()),
    };
    IdentitiesPage { page, identities: caller.user.identities.iter().map(shown).collect(), providers: buttons(visit) }
}
