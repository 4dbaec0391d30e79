//! S4.9: clearing all logins, behind typing the organization's name, and taking it back; and what happens at the same time.

use futures_util::StreamExt;
use futures_util::future::{join, join_all};
use futures_util::stream;
use membership_core::command::AddMember;
use membership_core::draft::Actor;
use membership_core::id::{MemberId, OrganizationId, UserId};
use membership_core::profile::MemberProfile;
use membership_core::user::{PasswordHash, User};
use membership_testkit::fixture;
use membership_tests::client::Client;
use membership_tests::deployment::{Deployment, PASSWORD, address};
use membership_tests::on_every_store;
use serde_json::{Value, json};
use time::Duration;

use crate::s4::{Portal, everybody, mailed, set_up};

on_every_store! {
    s4_9_only_who_types_the_name_and_first_it_is_said_whom_it_hits,
    s4_9_what_belongs_to_this_organization_goes_and_nothing_else,
    s4_9_within_24_hours_everybody_gets_back_what_they_had,
    s4_9_api_keys_end_and_stay_ended,
    s4_9_a_large_roster_goes_in_chunks_each_once,
    s4_9_two_clears_or_a_clear_and_a_round_at_once_and_one_is_refused,
    s4_9_whoever_sets_up_while_logins_are_cleared_comes_before_or_after,
    s4_9_whoever_sets_up_anew_while_logins_are_given_back_has_one_login,
    s4_3_whoever_sets_up_while_a_round_runs_comes_before_or_after,
}

const CLEAR: &str = "roster/clear-logins";

fn typed() -> Value {
    json!({ "confirm_name": "Acme" })
}

/// Somebody whose login this organization made: put on the roster, and brought in by a mailed link.
async fn made_here(deployment: &Deployment, portal: &Portal, name: &str) -> Client {
    let member = portal.add(name, json!({})).await;
    let path = portal.path(&format!("members/{member}/set-up-link"));
    portal.ada.post(&path, json!({ "deliver": "mail" })).await.expect(200);
    set_up(deployment, name).await
}

/// A member with a prepared login whose password is no real hash: making one takes longer than all the rest.
async fn prepared(deployment: &Deployment, (organization, by): (OrganizationId, Actor), number: u32) {
    let user = fixture::user(1_000 + number);
    let username = Some(fixture::username(&format!("person{number}")));
    let command = AddMember {
        organization,
        by,
        id: MemberId(uuid::Uuid::from_u128(0xFFFF_0000 + u128::from(number))),
        name: user.name.clone(),
        email: None,
        role: None,
        profile: MemberProfile::default(),
        deactivates_at: None,
        login: Some(User { username, password: Some(PasswordHash::new("none".to_owned())), ..user }),
        link: None,
    };
    deployment.app.accounts.memberships().execute(&command).await.unwrap();
}

/// As many at once as the server takes: it turns away more passwords than a few.
async fn together<T, F: Future<Output = T>>(attempts: impl IntoIterator<Item = F>) -> Vec<T> {
    stream::iter(attempts).buffered(8).collect().await
}

/// The personal link of a member, handed over.
async fn link_of(portal: &Portal, member: &str) -> String {
    let path = portal.path(&format!("members/{member}/set-up-link"));
    let handed = portal.ada.post(&path, json!({ "deliver": "return" })).await.expect(200);
    handed["link"].as_str().unwrap().rsplit('/').next().unwrap().to_owned()
}

async fn redeem(deployment: &Deployment, token: &str, username: &str) -> u16 {
    let form = json!({ "token": token, "username": username, "password": PASSWORD });
    deployment.nobody().post("/api/v1/set-up-links/redeem", form).await.status.as_u16()
}

async fn signs_in(deployment: &Deployment, login: &str) -> u16 {
    let form = json!({ "login": login, "password": PASSWORD });
    deployment.nobody().post("/api/v1/sign-ins", form).await.status.as_u16()
}

async fn clears(portal: &Portal) -> Vec<Value> {
    portal.ada.get(&portal.path(CLEAR)).await.expect(200)["items"].as_array().unwrap().clone()
}

/// Lets couriers carry out whatever is due, as often as it takes.
async fn carried_out(deployment: &Deployment) {
    while deployment.app.courier.run_once().await.unwrap() != membership_smtp::Round::default() {}
}

async fn undo(portal: &Portal) -> Value {
    let id = clears(portal).await[0]["id"].as_str().unwrap().to_owned();
    portal.ada.post_nothing(&portal.path(&format!("{CLEAR}/{id}/undo"))).await.expect(202)
}

async fn s4_9_only_who_types_the_name_and_first_it_is_said_whom_it_hits(deployment: Deployment) {
    let portal = Portal::of(&deployment).await;
    let id = portal.organization.rsplit('/').next().unwrap().to_owned();
    made_here(&deployment, &portal, "Grace").await;
    portal.add("Hedy", json!({})).await;
    let sam = deployment.joined(&portal.ada, &id, "Sam", "security_administrator").await;
    let mia = deployment.joined(&portal.ada, &id, "Mia", "member").await;
    let adam = deployment.joined(&portal.ada, &id, "Adam", "administrator").await;
    let adele = deployment.joined(&portal.ada, &id, "Adele", "administrator").await;
    for whoever in [&sam, &mia] {
        whoever.post(&portal.path(CLEAR), typed()).await.refused(403, "permission-missing");
        whoever.get(&portal.path(CLEAR)).await.refused(403, "permission-missing");
    }
    deployment.person("Eve").await.post(&portal.path(CLEAR), typed()).await.refused(404, "unknown-organization");
    let trial = adam.post(&portal.path(CLEAR), json!({ "dry_run": true })).await.expect(200);
    let alone = json!({ "owner": 1, "yourself": 1, "above_yours": 1 });
    assert_eq!(trial, json!({ "hit": 3, "gone": 1, "untied": 2, "left_alone": alone }));
    for wrong in [json!({}), json!({ "confirm_name": "acme" }), json!({ "confirm_name": "" })] {
        let refused = adam.post(&portal.path(CLEAR), wrong).await.refused(422, "invalid-input");
        assert_eq!(refused["field"], "confirm_name");
    }
    assert!(clears(&portal).await.is_empty(), "so far nothing was written");
    let begun = adam.post(&portal.path(CLEAR), typed()).await.expect(202);
    assert_eq!((&begun["state"], &begun["started_by_name"]), (&json!("clearing"), &json!("Adam")));
    carried_out(&deployment).await;
    let clear = clears(&portal).await.remove(0);
    assert_eq!((&clear["state"], &clear["gone"], &clear["untied"]), (&json!("cleared"), &json!(1), &json!(2)));
    assert_eq!(clear["left_alone"], alone);
    assert_eq!(portal.names("").await, ["Grace", "Hedy", "Mia", "Sam"]);
    for stays in [&portal.ada, &adam, &adele] {
        stays.get(&portal.organization).await.expect(200);
    }
}

async fn s4_9_what_belongs_to_this_organization_goes_and_nothing_else(deployment: Deployment) {
    let portal = Portal::of(&deployment).await;
    let id = portal.organization.rsplit('/').next().unwrap().to_owned();
    let grace = made_here(&deployment, &portal, "Grace").await;
    let hedy = made_here(&deployment, &portal, "Hedy").await;
    let ida = deployment.joined(&portal.ada, &id, "Ida", "member").await;
    // Hedy belongs elsewhere too: her account opens that as well.
    let eve = deployment.person("Eve").await;
    let elsewhere = format!("/api/v1/organizations/{}", deployment.founded(&eve, "team").await);
    eve.post(&format!("{elsewhere}/invitations"), json!({ "email": address("Hedy") })).await.expect(201);
    let token = deployment.link_to(&address("Hedy")).await;
    let accepted = hedy.post("/api/v1/invitations/accept", json!({ "token": token })).await.expect(201);
    let hedy = Client::new(deployment.router(), accepted["token"].as_str().map(str::to_owned));

    portal.ada.post(&portal.path(CLEAR), typed()).await.expect(202);
    carried_out(&deployment).await;
    assert_eq!(portal.names("").await, ["Grace", "Hedy", "Ida"]);
    grace.get("/api/v1/me").await.refused(401, "not-signed-in");
    for login in ["grace", "grace@example.org"] {
        assert_eq!(signs_in(&deployment, login).await, 401, "{login}");
    }
    for stays in [&hedy, &ida] {
        stays.get("/api/v1/me").await.expect(200);
        stays.get(&portal.organization).await.refused(404, "unknown-organization");
    }
    hedy.get(&elsewhere).await.expect(200);
    assert_eq!(signs_in(&deployment, "hedy").await, 201);
    for name in ["Grace", "Hedy", "Ida"] {
        let mail = deployment.mail_to(&address(name)).await;
        assert!(mail.text.contains("cleared the logins of all members"), "{}", mail.text);
    }
    let log = portal.ada.get(&format!("{}/events?limit=100", portal.organization)).await.expect(200).to_string();
    for event in ["login-clear-begun", "member-login-cleared", "login-clear-moved"] {
        assert!(log.contains(event), "{event}");
    }

    // They come back by personal links: with a new login, or with the account that stayed.
    portal.send(everybody()).await;
    set_up(&deployment, "Grace").await.get(&portal.organization).await.expect(200);
    let token = deployment.link_to(&address("Hedy")).await;
    let entered = hedy.post("/api/v1/set-up-links/redeem", json!({ "token": token })).await.expect(201);
    let hedy = Client::new(deployment.router(), entered["token"].as_str().map(str::to_owned));
    hedy.get(&portal.organization).await.expect(200);
    assert_eq!(portal.names("").await, ["Ida"]);
}

async fn s4_9_within_24_hours_everybody_gets_back_what_they_had(deployment: Deployment) {
    let portal = Portal::of(&deployment).await;
    let id = portal.organization.rsplit('/').next().unwrap().to_owned();
    let grace = made_here(&deployment, &portal, "Grace").await;
    made_here(&deployment, &portal, "Hedy").await;
    let ida = deployment.joined(&portal.ada, &id, "Ida", "member").await;
    portal.ada.post(&portal.path(CLEAR), typed()).await.expect(202);
    carried_out(&deployment).await;
    deployment.pass(Duration::hours(23));
    portal.send(json!({ "filter": { "q": "hedy" } })).await;
    let new = set_up(&deployment, "Hedy").await;
    assert_eq!(undo(&portal).await["state"], "undoing");
    carried_out(&deployment).await;
    let clear = clears(&portal).await.remove(0);
    assert_eq!((&clear["state"], &clear["given_back"]), (&json!("undone"), &json!(2)));
    assert_eq!(clear["not_given_back"], json!({ "set_up_anew": 1 }));
    assert!(portal.names("").await.is_empty());
    new.get(&portal.organization).await.expect(200);
    ida.get(&portal.organization).await.expect(200);
    // The login is back, not what was signed in by it.
    grace.get("/api/v1/me").await.refused(401, "not-signed-in");
    for login in ["grace", "grace@example.org"] {
        assert_eq!(signs_in(&deployment, login).await, 201, "{login}");
    }
    assert!(deployment.mail_to(&address("Grace")).await.text.contains("taken back"));
    let path = portal.path(&format!("{CLEAR}/{}/undo", clear["id"].as_str().unwrap()));
    portal.ada.post_nothing(&path).await.refused(409, "clear-not-undoable");

    portal.ada.post(&portal.path(CLEAR), typed()).await.expect(202);
    carried_out(&deployment).await;
    deployment.pass(Duration::hours(24));
    let path = portal.path(&format!("{CLEAR}/{}/undo", clears(&portal).await[0]["id"].as_str().unwrap()));
    portal.ada.post_nothing(&path).await.refused(409, "clear-not-undoable");
    assert!(deployment.stores.upkeep.forget_expired().await.unwrap() >= 3, "what let people in is kept no longer");
    portal.ada.post_nothing(&portal.path(&format!("{CLEAR}/x/undo"))).await.refused(404, "unknown-clear");
}

async fn s4_9_api_keys_end_and_stay_ended(deployment: Deployment) {
    let portal = Portal::of(&deployment).await;
    let id = portal.organization.rsplit('/').next().unwrap().to_owned();
    let adam = deployment.joined(&portal.ada, &id, "Adam", "administrator").await;
    let form = json!({ "name": "Key", "scopes": ["members:view", "logins:manage", "members:manage"] });
    let made = adam.post(&portal.path("keys"), form).await.expect(201);
    let key = Client::new(deployment.router(), made["secret"].as_str().map(str::to_owned));
    key.get(&portal.path("members")).await.expect(200);
    key.post(&portal.path(CLEAR), typed()).await.refused(403, "not-by-key");
    portal.ada.post(&portal.path(CLEAR), typed()).await.expect(202);
    carried_out(&deployment).await;
    assert_eq!(key.get(&portal.path("members")).await.status, 401);
    undo(&portal).await;
    carried_out(&deployment).await;
    adam.get(&portal.path("members")).await.expect(200);
    assert_eq!(key.get(&portal.path("members")).await.status, 401, "whoever needs one makes a new one");
}

async fn s4_9_a_large_roster_goes_in_chunks_each_once(deployment: Deployment) {
    let portal = Portal::of(&deployment).await;
    let organization: OrganizationId = portal.organization.rsplit('/').next().unwrap().parse().unwrap();
    let me = portal.ada.get("/api/v1/me").await.expect(200);
    let owner: UserId = me["id"].as_str().unwrap().parse().unwrap();
    for number in 0..230 {
        prepared(&deployment, (organization, Actor::User(owner)), number).await;
    }
    portal.ada.post(&portal.path(CLEAR), typed()).await.expect(202);
    // A courier carries out the first chunk and is killed before it says so; eight others take it up once more.
    let memberships = deployment.app.accounts.memberships();
    let clear = clears(&portal).await[0]["id"].as_str().unwrap().parse().unwrap();
    let chunks = (0..8).map(|_| memberships.clear_logins_chunk(organization, clear, 0));
    for done in join_all(chunks).await {
        done.unwrap();
    }
    assert_eq!(clears(&portal).await[0]["gone"], 100, "a chunk is a hundred, once");
    carried_out(&deployment).await;
    let row = clears(&portal).await.remove(0);
    assert_eq!((&row["state"], &row["gone"]), (&json!("cleared"), &json!(230)), "{row}");
    assert_eq!(portal.ada.get(&portal.path("roster")).await.expect(200)["without_login"], 230);
    undo(&portal).await;
    carried_out(&deployment).await;
    assert_eq!(clears(&portal).await[0]["given_back"], 230);
    assert_eq!(portal.ada.get(&portal.path("roster")).await.expect(200)["without_login"], 0);
}

async fn s4_9_two_clears_or_a_clear_and_a_round_at_once_and_one_is_refused(deployment: Deployment) {
    let portal = Portal::of(&deployment).await;
    let id = portal.organization.rsplit('/').next().unwrap().to_owned();
    let adam = deployment.joined(&portal.ada, &id, "Adam", "administrator").await;
    portal.add("Grace", json!({})).await;
    deployment.mails().await;
    let (clearing, writing) = (portal.path(CLEAR), portal.path("roster/rounds"));
    let (clears_at_once, rounds_at_once) = join(
        join_all([&adam, &portal.ada, &adam, &portal.ada].map(|it| it.post(&clearing, typed()))),
        join_all([&adam, &portal.ada].map(|it| it.post(&writing, everybody()))),
    )
    .await;
    let answers: Vec<_> = clears_at_once.iter().chain(&rounds_at_once).collect();
    let begun: Vec<_> = answers.iter().filter(|it| [201, 202].contains(&it.status.as_u16())).collect();
    assert_eq!(begun.len(), 1, "{:?}", answers.iter().map(|it| &it.text).collect::<Vec<_>>());
    let code = if begun[0].status == 202 { "clear-under-way" } else { "round-under-way" };
    for answer in answers.iter().filter(|it| ![201, 202].contains(&it.status.as_u16())) {
        answer.refused(409, code);
    }
}

/// People on the roster who each have a personal link in hand: names and links.
async fn with_links(portal: &Portal, people: usize) -> Vec<(String, String)> {
    let mut links = Vec::new();
    for number in 0..people {
        let name = format!("Person {number:02}");
        let member = portal.add(&name, json!({})).await;
        links.push((name, link_of(portal, &member).await));
    }
    links
}

async fn s4_9_whoever_sets_up_while_logins_are_cleared_comes_before_or_after(deployment: Deployment) {
    let portal = Portal::of(&deployment).await;
    let links = with_links(&portal, 24).await;
    let redeems = links.iter().map(|(name, token)| async {
        let status = redeem(&deployment, token, &name.to_lowercase().replace(' ', "")).await;
        (name.clone(), status)
    });
    let clearing = async {
        portal.ada.post(&portal.path(CLEAR), typed()).await.expect(202);
        carried_out(&deployment).await;
    };
    let (entered, ()) = join(together(redeems), clearing).await;
    carried_out(&deployment).await;
    assert!(entered.iter().all(|(_, status)| *status == 201), "a clear is in nobody's way: {entered:?}");
    // Whoever was before the clear has none; whoever came after it has the new one; nobody is in between.
    let row = clears(&portal).await.remove(0);
    let without = portal.names("&limit=100").await;
    assert_eq!(row["gone"], without.len(), "{row}");
    for (name, _) in &entered {
        let login = name.to_lowercase().replace(' ', "");
        let expected = if without.contains(name) { 401 } else { 201 };
        assert_eq!(signs_in(&deployment, &login).await, expected, "{name}");
    }
}

async fn s4_9_whoever_sets_up_anew_while_logins_are_given_back_has_one_login(deployment: Deployment) {
    let portal = Portal::of(&deployment).await;
    let mut links = Vec::new();
    for number in 0..12 {
        let name = format!("Person {number:02}");
        made_here(&deployment, &portal, &name).await;
    }
    portal.ada.post(&portal.path(CLEAR), typed()).await.expect(202);
    carried_out(&deployment).await;
    let page = portal.ada.get(&portal.path("members?login=false&limit=100")).await.expect(200);
    for member in page["items"].as_array().unwrap() {
        let name = member["name"].as_str().unwrap().to_owned();
        links.push((name, link_of(&portal, member["id"].as_str().unwrap()).await));
    }
    let redeems = links.iter().map(|(name, token)| async {
        let username = format!("new{}", name.to_lowercase().replace(' ', ""));
        (name.clone(), redeem(&deployment, token, &username).await)
    });
    let undoing = async {
        undo(&portal).await;
        carried_out(&deployment).await;
    };
    let (entered, ()) = join(together(redeems), undoing).await;
    carried_out(&deployment).await;
    let anew = entered.iter().filter(|(_, status)| *status == 201).count();
    let row = clears(&portal).await.remove(0);
    assert_eq!(row["given_back"].as_u64().unwrap() + u64::try_from(anew).unwrap(), 12, "{row} {entered:?}");
    assert!(portal.names("").await.is_empty(), "everybody has one");
    for (name, status) in &entered {
        assert!([201, 409, 410, 412].contains(status), "{name}: {status}");
        let old = name.to_lowercase().replace(' ', "");
        let (old, new) = (signs_in(&deployment, &old).await, signs_in(&deployment, &format!("new{old}")).await);
        let expected = if *status == 201 { (401, 201) } else { (201, 401) };
        assert_eq!((old, new), expected, "{name}: one login, not two");
    }
}

async fn s4_3_whoever_sets_up_while_a_round_runs_comes_before_or_after(deployment: Deployment) {
    let portal = Portal::of(&deployment).await;
    let links = with_links(&portal, 24).await;
    portal.send(everybody()).await;
    let redeems = links.iter().map(|(name, token)| async {
        (name.clone(), redeem(&deployment, token, &name.to_lowercase().replace(' ', "")).await)
    });
    let (entered, ()) = join(together(redeems), carried_out(&deployment)).await;
    let to = mailed(&deployment).await;
    // Whoever was before the round is not written to; whoever the round came to first has a new link, and the old one died.
    let mut expected = Vec::new();
    for (name, status) in &entered {
        match status {
            201 => {}
            410 => expected.push(address(name)),
            other => panic!("{name}: {other}"),
        }
    }
    assert_eq!(to, expected);
    let round = portal.rounds().await.remove(0);
    assert_eq!(round["mailed"], expected.len(), "{round}");
    assert_eq!(portal.names("&limit=100").await.len(), expected.len());
}
