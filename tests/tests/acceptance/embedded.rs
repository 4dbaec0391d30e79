//! Another service that has the library inside: its own users, its own records, its own web framework's routes (X.4).

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post, put};
use membership_core::access::{Question, Who};
use membership_core::command::{PutRecord, ShareRecord};
use membership_core::facts::Scope;
use membership_core::prelude::*;
use membership_core::resource::{Holder, Level, ResourceName};
use membership_core::system::SystemRandom;
use membership_tests::client::Client;
use membership_tests::deployment::Deployment;
use membership_tests::on_every_store;

on_every_store! {
    x_4_another_service_keeps_its_users_and_asks_the_library,
}

/// The other service: people log in with a badge, and the library hears of them only who they are.
#[derive(Clone)]
struct Host {
    memberships: Memberships,
    badges: Arc<HashMap<&'static str, Person>>,
    documents: Arc<HashMap<&'static str, &'static str>>,
}

/// What the other service answers with.
type Answer = Result<(StatusCode, String), (StatusCode, String)>;

impl Host {
    fn on(deployment: &Deployment) -> Self {
        let (store, directory) = (deployment.stores.store.clone(), deployment.stores.directory.clone());
        let random = Arc::new(SystemRandom::new().expect("the system has randomness"));
        let links = Arc::new(HmacLinks::new(LinkKey::new(1, random.secret()), vec![]));
        let limits = MailLimits::default();
        let person = |number: u128, name: &str| Person {
            user: UserId(uuid::Uuid::from_u128(number)),
            name: name.parse().expect("a name"),
            verified: vec![format!("{}@host.example", name.to_lowercase()).parse().expect("an address")],
            language: None,
        };
        Self {
            memberships: Memberships::new(Ports { store, directory, links, random, limits, doorbell: None }),
            badges: Arc::new(HashMap::from([
                ("ada", person(1, "Ada")),
                ("grace", person(2, "Grace")),
                ("eve", person(3, "Eve")),
            ])),
            documents: Arc::new(HashMap::from([("plan", "we conquer the world"), ("menu", "soup")])),
        }
    }

    fn router(self) -> Router {
        Router::new()
            .route("/teams", post(found))
            .route("/teams/{team}/invitations/{email}", post(invite))
            .route("/join/{link}", post(join))
            .route("/teams/{team}/documents/{document}", get(read).put(file))
            .route("/teams/{team}/documents/{document}/readers/{member}", put(share))
            .route("/teams/{team}/leave", post(leave))
            .with_state(self)
    }

    fn who(&self, headers: &HeaderMap) -> Result<Person, (StatusCode, String)> {
        let badge = headers.get("x-badge").and_then(|it| it.to_str().ok()).unwrap_or_default();
        self.badges.get(badge).cloned().ok_or((StatusCode::UNAUTHORIZED, "no badge".to_owned()))
    }
}

/// A refusal as the other service tells it: by the library's own name for the rule.
fn refused(failure: Failure) -> (StatusCode, String) {
    match failure {
        Failure::Refused(refusal) => (StatusCode::FORBIDDEN, refusal.code().to_owned()),
        other => (StatusCode::INTERNAL_SERVER_ERROR, other.to_string()),
    }
}

fn input(wrong: InvalidInput) -> (StatusCode, String) {
    (StatusCode::UNPROCESSABLE_ENTITY, wrong.to_string())
}

async fn found(State(host): State<Host>, headers: HeaderMap) -> Answer {
    let policy = Preset::named("account").and_then(Preset::policy).map_err(input)?;
    let name = "Acme".parse().map_err(input)?;
    let made = host.memberships.found(name, policy, host.who(&headers)?).await.map_err(refused)?;
    Ok((StatusCode::CREATED, made.head.organization.id.to_string()))
}

async fn invite(
    State(host): State<Host>,
    Path((team, email)): Path<(OrganizationId, String)>,
    headers: HeaderMap,
) -> Answer {
    let offer = NewOffer::to(email.parse().map_err(input)?).with_role("viewer".parse().map_err(input)?);
    let offered = host.memberships.invite(team, host.who(&headers)?.user, offer).await.map_err(refused)?;
    // The other service sends its own mail.
    let link = host.memberships.invitation_link(team, &offered);
    Ok((StatusCode::CREATED, link.expose_secret().to_owned()))
}

async fn join(State(host): State<Host>, Path(link): Path<String>, headers: HeaderMap) -> Answer {
    let joined = host.memberships.accept(&link, host.who(&headers)?).await.map_err(refused)?;
    Ok((StatusCode::CREATED, joined.member.id.to_string()))
}

async fn file(
    State(host): State<Host>,
    Path((team, document)): Path<(OrganizationId, String)>,
    headers: HeaderMap,
) -> Answer {
    let by = Actor::User(host.who(&headers)?.user);
    let resource = ResourceName::parse("document", &document).map_err(input)?;
    let put = PutRecord { organization: team, by, resource, restricted: true, expected: None };
    host.memberships.execute(&put).await.map_err(refused)?;
    Ok((StatusCode::CREATED, String::new()))
}

async fn share(
    State(host): State<Host>,
    Path((team, document, member)): Path<(OrganizationId, String, MemberId)>,
    headers: HeaderMap,
) -> Answer {
    let by = Actor::User(host.who(&headers)?.user);
    let resource = ResourceName::parse("document", &document).map_err(input)?;
    let (holder, level) = (Holder::Member(member), Level::View);
    let share = ShareRecord { organization: team, by, resource, holder, level, expected: None };
    host.memberships.execute(&share).await.map_err(refused)?;
    Ok((StatusCode::OK, String::new()))
}

async fn read(
    State(host): State<Host>,
    Path((team, document)): Path<(OrganizationId, String)>,
    headers: HeaderMap,
) -> Answer {
    let user = host.who(&headers)?.user;
    let resource = ResourceName::parse("document", &document).map_err(input)?;
    let question = Question { who: Who::User(user), permission: Permission::READ_RECORDS, resource: Some(resource) };
    let verdicts = host.memberships.check_access(team, Actor::User(user), &[question]).await.map_err(refused)?;
    match verdicts.first() {
        Some(verdict) if verdict.allowed() => {
            let text = host.documents.get(document.as_str()).copied().unwrap_or_default();
            Ok((StatusCode::OK, text.to_owned()))
        }
        Some(verdict) => Err((StatusCode::FORBIDDEN, verdict.rule.code().to_owned())),
        None => Err((StatusCode::INTERNAL_SERVER_ERROR, "one question, one answer".to_owned())),
    }
}

async fn leave(State(host): State<Host>, Path(team): Path<OrganizationId>, headers: HeaderMap) -> Answer {
    host.memberships.leave(team, host.who(&headers)?.user).await.map_err(refused)?;
    Ok((StatusCode::OK, String::new()))
}

async fn x_4_another_service_keeps_its_users_and_asks_the_library(deployment: Deployment) {
    let host = Host::on(&deployment);
    let router = host.clone().router();
    let with = |badge: &str| Client::new(router.clone(), None).with("x-badge", badge);
    let (ada, grace, eve) = (with("ada"), with("grace"), with("eve"));
    let done = async |answer: membership_tests::client::Answer, status: u16| {
        assert_eq!(answer.status.as_u16(), status, "{}", answer.text);
        answer.text
    };
    let team = done(ada.post_nothing("/teams").await, 201).await;
    assert_eq!(with("nobody").post_nothing("/teams").await.status, 401);
    done(ada.put(&format!("/teams/{team}/documents/plan"), None).await, 201).await;
    let plan = format!("/teams/{team}/documents/plan");
    assert_eq!(done(ada.get(&plan).await, 200).await, "we conquer the world");
    assert_eq!(done(grace.get(&plan).await, 403).await, "unknown-organization", "not even that there is a team");

    let invite = format!("/teams/{team}/invitations/grace@host.example");
    assert_eq!(done(eve.post_nothing(&invite).await, 403).await, "unknown-organization");
    let link = done(ada.post_nothing(&invite).await, 201).await;
    let member = done(grace.post_nothing(&format!("/join/{link}")).await, 201).await;
    assert_eq!(done(grace.post_nothing(&format!("/join/{link}")).await, 403).await, "invitation-accepted");
    assert_eq!(done(grace.get(&plan).await, 403).await, "record-restricted");
    assert_eq!(done(grace.put(&format!("{plan}/readers/{member}"), None).await, 403).await, "unknown-record");
    done(ada.put(&format!("{plan}/readers/{member}"), None).await, 200).await;
    assert_eq!(done(grace.get(&plan).await, 200).await, "we conquer the world");
    done(grace.post_nothing(&format!("/teams/{team}/leave")).await, 200).await;
    assert_eq!(done(grace.get(&plan).await, 403).await, "unknown-organization", "from the next request on");
    assert_eq!(done(ada.post_nothing(&format!("/teams/{team}/leave")).await, 403).await, "owner-cannot-leave");

    // The users are the host's alone: the library has not made a row of any of them.
    let users = host.badges.values().map(|it| it.user).collect();
    let facts = deployment.stores.store.read(&Scope { users, ..Scope::default() }).await.unwrap();
    assert!(facts.users.is_empty(), "{:?}", facts.users);
}
