//! The rows of the group subscription, each walked from its first word to its last, with the pages that it speaks of (S0).

use membership_tests::client::Client;
use membership_tests::deployment::{Deployment, address};
use membership_tests::on_every_store;
use serde_json::{Value, json};
use time::Duration;
use time::format_description::well_known::Rfc3339;

on_every_store! {
    s0_1_whoever_buys_is_invited_as_owner_also_with_an_account,
    s0_3_a_group_with_a_second_member_stands_in_the_user_menu,
    s0_4_the_name_is_edited_and_whoever_holds_a_seat_sees_it,
    s0_5_the_subscription_page_shows_seats_end_and_the_way_to_their_management,
    s0_6_seat_management_lists_exactly_those_without_a_seat,
    s0_7_a_member_becomes_an_administrator_and_is_removed_as_one,
    s0_9_the_invitations_page_lists_what_is_not_accepted_and_withdraws_it,
    s0_11_every_acceptance_tells_every_administrator_where_seats_are_managed,
    s0_13_the_page_says_whom_to_ask_for_more_seats,
    s0_14_a_lost_administrator_is_replaced_and_the_last_one_cannot_go,
    s3_7_an_invitation_is_resent_and_deleted_at_any_time,
    who_waits_is_told_their_place_in_the_line,
}

/// A group subscription and whoever bought it.
struct Group {
    id: String,
    ada: Client,
}

impl Group {
    async fn of(deployment: &Deployment) -> Self {
        let ada = deployment.person("Ada").await;
        let id = deployment.founded(&ada, "group_subscription").await;
        Self { id, ada }
    }

    fn api(&self, path: &str) -> String {
        format!("/api/v1/organizations/{}{path}", self.id)
    }

    fn page(&self, path: &str) -> String {
        format!("/organizations/{}{path}", self.id)
    }

    async fn member(&self, name: &str) -> String {
        let found = self.ada.get(&self.api(&format!("/members?q={name}"))).await.expect(200);
        found["items"][0]["id"].as_str().unwrap().to_owned()
    }

    /// The path of a member's seat.
    async fn seat(&self, name: &str) -> String {
        self.api(&format!("/members/{}/seat", self.member(name).await))
    }

    async fn sell(&self, deployment: &Deployment, terms: Value) {
        let path = format!("/api/v1/operator/organizations/{}/subscription", self.id);
        deployment.operator().put(&path, Some(terms)).await.expect(200);
    }
}

fn names(page: &Value) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect()
}

async fn subjects(deployment: &Deployment, to: &str) -> Vec<String> {
    let mails = deployment.mails().await;
    mails.into_iter().filter(|it| it.to.contains(to)).map(|it| it.subject).collect()
}

async fn s0_1_whoever_buys_is_invited_as_owner_also_with_an_account(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let form = json!({ "name": "Readers", "preset": "group_subscription", "owner_email": address("Ada"),
        "subscription": { "plan": "Gold", "seat_limit": 10 } });
    let made = deployment.operator().post("/api/v1/operator/organizations", form).await.expect(201);
    let id = made["id"].as_str().unwrap().to_owned();
    ada.get(&format!("/api/v1/organizations/{id}")).await.refused(404, "unknown-organization");
    let offered = ada.get("/api/v1/me/invitations").await.expect(200);
    let accept = json!({ "organization_id": id, "invitation_id": offered["items"][0]["id"] });
    ada.post("/api/v1/me/invitations/accept", accept).await.expect(201);
    let group = Group { id, ada };
    let seen = group.ada.get(&group.api("")).await.expect(200);
    assert_eq!(
        (&seen["state"], &seen["owner"], &seen["membership"]["role"]),
        (&json!("live"), &json!("Ada"), &json!("owner"))
    );
    assert!(group.ada.page(&group.page("/subscription")).await.contains("Gold"));
    deployment.joined(&group.ada, &group.id, "Bob", "administrator").await;
}

async fn s0_3_a_group_with_a_second_member_stands_in_the_user_menu(deployment: Deployment) {
    let group = Group::of(&deployment).await;
    let link = format!("<a href=\"{}\" aria-describedby=\"menu-administer\"", group.page("/members"));
    let alone = group.ada.page("/profile").await;
    assert!(alone.contains("Group membership"), "one's account shows it: {alone}");
    assert!(!alone.contains(&link), "nobody else is in it yet");
    let bob = deployment.joined(&group.ada, &group.id, "Bob", "member").await;
    assert!(group.ada.page("/profile").await.contains(&link), "a direct link to its administration");
    assert!(group.ada.page(&group.page("/members")).await.contains("Bob"));
    assert!(!bob.page("/profile").await.contains(&link), "a member administers nothing");
}

async fn s0_4_the_name_is_edited_and_whoever_holds_a_seat_sees_it(deployment: Deployment) {
    let group = Group::of(&deployment).await;
    let bob = deployment.joined(&group.ada, &group.id, "Bob", "member").await;
    group.ada.put(&group.seat("Bob").await, None).await.expect(200);
    assert!(bob.page(&group.page("")).await.contains("<bdi>Acme</bdi>"));
    bob.patch(&group.api(""), json!({ "name": "Mine" })).await.refused(403, "permission-missing");
    for (name, rule) in [("", "empty"), ("<b>Acme</b>", "markup"), ("See https://evil.example", "address-of-a-site")] {
        let problem = group.ada.patch(&group.api(""), json!({ "name": name })).await.refused(422, "invalid-input");
        assert_eq!((&problem["field"], &problem["rule"]), (&json!("name"), &json!(rule)), "{name}");
    }
    let read = group.ada.get(&group.api("")).await;
    let tag = read.header("etag").to_owned();
    let ada = group.ada.with("if-match", &tag);
    ada.patch(&group.api(""), json!({ "name": "Readers & Co" })).await.expect(200);
    ada.patch(&group.api(""), json!({ "name": "Late" })).await.refused(412, "changed-meanwhile");
    let mine = bob.get("/api/v1/me/memberships").await.expect(200);
    assert_eq!(mine["items"][0]["organization"]["name"], "Readers & Co");
    assert_eq!(mine["items"][0]["membership"]["seat"], true);
    for page in [group.page(""), "/organizations".to_owned(), "/profile".to_owned()] {
        let html = bob.page(&page).await;
        assert!(html.contains("Readers &#38; Co") && !html.contains("Acme"), "{page}: {html}");
    }
    let event = group.ada.get(&group.api("/events?event=organization-renamed")).await.expect(200);
    assert_eq!(event["items"][0]["before"]["name"], "Acme");
}

async fn s0_5_the_subscription_page_shows_seats_end_and_the_way_to_their_management(deployment: Deployment) {
    let group = Group::of(&deployment).await;
    let ends = deployment.now() + Duration::days(365);
    let terms = json!({ "plan": "Gold", "seat_limit": 7, "expires_at": ends.format(&Rfc3339).unwrap() });
    group.sell(&deployment, terms).await;
    deployment.joined(&group.ada, &group.id, "Bob", "member").await;
    group.ada.put(&group.seat("Bob").await, None).await.expect(200);
    let told = group.ada.get(&group.api("/subscription")).await.expect(200);
    assert_eq!([&told["seat_limit"], &told["assigned"], &told["free"]], [7, 1, 6]);
    assert_eq!((&told["expires_at"], &told["state"]), (&json!(ends.format(&Rfc3339).unwrap()), &json!("active")));
    assert!(told["seats_url"].as_str().unwrap().ends_with(&group.page("/seats")));
    let html = group.ada.page(&group.page("/subscription")).await;
    for part in ["<dd>7</dd>", "<dd>1</dd>", "<dd>6</dd>", "2 March 2027", &group.page("/seats")] {
        assert!(html.contains(part), "{part} is not on the page: {html}");
    }
}

async fn s0_6_seat_management_lists_exactly_those_without_a_seat(deployment: Deployment) {
    let group = Group::of(&deployment).await;
    for name in ["Bob", "Cleo"] {
        deployment.joined(&group.ada, &group.id, name, "member").await;
    }
    let without = async || names(&group.ada.get(&group.api("/members?seat=false")).await.expect(200));
    assert_eq!(without().await, ["Ada", "Bob", "Cleo"]);
    let seat = group.seat("Bob").await;
    group.ada.put(&seat, None).await.expect(200);
    assert_eq!(without().await, ["Ada", "Cleo"]);
    let html = group.ada.page(&group.page("/seats")).await;
    let (first, last) = html.split_once("id=\"with\"").expect("two lists");
    assert!(first.contains("<bdi>Cleo</bdi>") && !first.contains("<bdi>Bob</bdi>"), "{first}");
    assert!(last.contains("<bdi>Bob</bdi>"), "{last}");
    assert_eq!(subjects(&deployment, "bob@").await[0], "You now have full access to Acme");
    group.ada.delete(&seat).await.expect(200);
    assert_eq!(without().await, ["Ada", "Bob", "Cleo"]);
    // Whom a seat cannot be given to: nobody's member, a suspended one, one who has it.
    let nobody = group.api("/members/0190f5a0-0000-7000-8000-000000000000/seat");
    group.ada.put(&nobody, None).await.refused(404, "unknown-member");
    let cleo = group.member("Cleo").await;
    group.ada.post_nothing(&group.api(&format!("/members/{cleo}/suspension"))).await.expect(200);
    group.ada.put(&group.seat("Cleo").await, None).await.refused(409, "member-not-active");
    group.ada.put(&seat, None).await.expect(200);
    group.ada.put(&seat, None).await.refused(409, "seat-held");
    let elsewhere = deployment.founded(&group.ada, "group_subscription").await;
    let foreign = group.ada.get(&format!("/api/v1/organizations/{elsewhere}")).await.expect(200)["owner_id"].clone();
    let foreign = group.api(&format!("/members/{}/seat", foreign.as_str().unwrap()));
    group.ada.put(&foreign, None).await.refused(404, "unknown-member");
    assert_eq!(group.ada.get(&group.api("/subscription")).await.expect(200)["assigned"], 1);
}

async fn s0_7_a_member_becomes_an_administrator_and_is_removed_as_one(deployment: Deployment) {
    let group = Group::of(&deployment).await;
    let bob = deployment.joined(&group.ada, &group.id, "Bob", "member").await;
    deployment.joined(&group.ada, &group.id, "Cleo", "member").await;
    assert_eq!(names(&group.ada.get(&group.api("/members")).await.expect(200)), ["Ada", "Bob", "Cleo"]);
    bob.get(&group.api("/members")).await.refused(403, "permission-missing");
    for name in ["Bob", "Cleo"] {
        let member = group.api(&format!("/members/{}", group.member(name).await));
        group.ada.patch(&member, json!({ "role": "administrator" })).await.expect(200);
    }
    let listed = bob.get(&group.api("/members?role=administrator")).await.expect(200);
    assert_eq!(names(&listed), ["Ada", "Bob", "Cleo"], "several at a time, the owner above them");
    let cleo = group.api(&format!("/members/{}", group.member("Cleo").await));
    bob.delete(&cleo).await.expect(204);
    assert_eq!(names(&bob.get(&group.api("/members")).await.expect(200)), ["Ada", "Bob"]);
    assert!(!bob.page(&group.page("/members")).await.contains("Cleo"));
}

async fn s0_9_the_invitations_page_lists_what_is_not_accepted_and_withdraws_it(deployment: Deployment) {
    let group = Group::of(&deployment).await;
    deployment.joined(&group.ada, &group.id, "Bob", "member").await;
    let invite = async |name: &str| {
        group.ada.post(&group.api("/invitations"), json!({ "email": address(name) })).await.expect(201)
    };
    let (cleo, _) = (invite("Cleo").await, invite("Dora").await);
    let token = deployment.link_to("cleo@").await;
    let html = group.ada.page(&group.page("/invitations")).await;
    assert!(html.contains("cleo@example.org") && html.contains("dora@example.org"), "{html}");
    assert!(!html.contains("bob@example.org"), "who has accepted is no invitation any more");
    group.ada.delete(&group.api(&format!("/invitations/{}", cleo["id"].as_str().unwrap()))).await.expect(204);
    let html = group.ada.page(&group.page("/invitations")).await;
    assert!(!html.contains("cleo@example.org") && html.contains("dora@example.org"), "{html}");
    let opened = deployment.nobody().get(&format!("/i/{token}")).await;
    let cookie = opened.header("set-cookie").split(';').next().unwrap().to_owned();
    let told = deployment.nobody().with("cookie", cookie).get("/invitation").await;
    assert_eq!(told.status, 410);
    assert!(told.text.contains("withdrawn"), "the link says so: {}", told.text);
    let form = json!({ "token": token, "name": "Cleo" });
    deployment.nobody().post("/api/v1/invitations/register", form).await.refused(410, "invitation-revoked");
}

async fn s0_11_every_acceptance_tells_every_administrator_where_seats_are_managed(deployment: Deployment) {
    let group = Group::of(&deployment).await;
    deployment.joined(&group.ada, &group.id, "Bob", "administrator").await;
    for name in ["Cleo", "Dora"] {
        deployment.joined(&group.ada, &group.id, name, "member").await;
        for to in ["ada@", "bob@"] {
            let mail = deployment.mail_to(to).await;
            assert!(mail.subject.contains(name), "{to} is told of {name}: {}", mail.subject);
            for part in [&mail.text, &mail.html] {
                assert!(part.contains(&group.page("/seats")), "{part}");
            }
        }
    }
    assert!(!subjects(&deployment, "cleo@").await.iter().any(|it| it.contains("Dora")), "members are not told");
}

async fn s0_13_the_page_says_whom_to_ask_for_more_seats(deployment: Deployment) {
    let deployment = deployment.again(|settings| settings.operator_contact = Some("sales@example.org".to_owned()));
    let group = Group::of(&deployment).await;
    group.sell(&deployment, json!({ "seat_limit": 3 })).await;
    let html = group.ada.page(&group.page("/subscription")).await;
    assert!(html.contains("sales@example.org"), "{html}");
    assert_eq!(group.ada.get(&group.api("/subscription")).await.expect(200)["contact"], "sales@example.org");
    assert!(!html.contains("name=\"seat_limit\""), "nothing there changes the number of seats");
    let path = format!("/api/v1/operator/organizations/{}/subscription", group.id);
    group.ada.put(&path, Some(json!({ "seat_limit": 30 }))).await.refused(403, "operator-only");
    let silent = deployment.again(|settings| settings.operator_contact = None);
    let ada = Client::new(silent.router(), group.ada.token.clone());
    assert!(ada.page(&group.page("/seats")).await.contains("Only the operator"), "nobody in particular");
}

async fn s0_14_a_lost_administrator_is_replaced_and_the_last_one_cannot_go(deployment: Deployment) {
    let group = Group::of(&deployment).await;
    let bob = deployment.joined(&group.ada, &group.id, "Bob", "member").await;
    let ada = group.api(&format!("/members/{}", group.member("Ada").await));
    group.ada.post_nothing(&group.api("/leave")).await.refused(409, "owner-cannot-leave");
    group.ada.delete(&ada).await.refused(403, "owner-is-fixed");
    group.ada.patch(&ada, json!({ "role": "member" })).await.refused(403, "owner-is-fixed");
    group.ada.post_nothing(&format!("{ada}/suspension")).await.refused(403, "owner-is-fixed");
    let owner = format!("/api/v1/operator/organizations/{}/owner", group.id);
    let to_bob = json!({ "member_id": group.member("Bob").await });
    group.ada.post(&owner, to_bob.clone()).await.refused(403, "operator-only");
    deployment.operator().post(&owner, to_bob).await.expect(200);
    let seen = bob.get(&group.api("")).await.expect(200);
    assert_eq!((&seen["owner"], &seen["membership"]["role"]), (&json!("Bob"), &json!("owner")));
    let entry = bob.get(&group.api("/events?event=ownership-transferred")).await.expect(200)["items"][0].clone();
    assert_eq!(
        (&entry["actor"]["kind"], &entry["after"]["owner_name"]),
        (&json!("operator"), &json!("Bob")),
        "{entry}"
    );
    assert_eq!(entry["before"]["owner_name"], "Ada");
    for to in ["ada@", "bob@"] {
        let mail = deployment.mail_to(to).await;
        assert!(mail.text.contains("Bob") && mail.text.contains("Acme"), "{}", mail.text);
    }
}

async fn s3_7_an_invitation_is_resent_and_deleted_at_any_time(deployment: Deployment) {
    let owner = deployment.person("Olga").await;
    let organization = deployment.founded(&owner, "account").await;
    let path = format!("/api/v1/organizations/{organization}/invitations");
    let made = owner.post(&path, json!({ "email": address("Vera"), "role": "viewer" })).await.expect(201);
    let invitation = format!("{path}/{}", made["id"].as_str().unwrap());
    let inspect =
        async |token: &str| deployment.nobody().post("/api/v1/invitations/inspect", json!({ "token": token })).await;
    let mut links = vec![deployment.link_to("vera@").await];
    for days in [3, 6, 6] {
        deployment.pass(Duration::days(days));
        owner.post_nothing(&format!("{invitation}/resend")).await.expect(200);
        links.push(deployment.link_to("vera@").await);
    }
    let last = links.pop().unwrap();
    for older in &links {
        inspect(older).await.refused(410, "link-superseded");
    }
    inspect(&last).await.expect(200);
    owner.delete(&invitation).await.expect(204);
    inspect(&last).await.refused(410, "invitation-revoked");
    let late = owner.post_nothing(&format!("{invitation}/resend")).await.refused(409, "not-outstanding");
    assert!(late["detail"].as_str().unwrap().contains("revoked"), "{late}");
    owner.delete(&invitation).await.refused(409, "not-outstanding");
    let form = json!({ "token": last, "name": "Vera", "password": membership_tests::deployment::PASSWORD });
    deployment.nobody().post("/api/v1/invitations/accept", form).await.refused(410, "invitation-revoked");
    owner.post(&path, json!({ "email": address("Vera"), "role": "viewer" })).await.expect(201);
}

async fn who_waits_is_told_their_place_in_the_line(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let id = deployment.founded(&ada, "learning_platform").await;
    let school = Group { id, ada };
    school.sell(&deployment, json!({ "seat_limit": 1 })).await;
    school.ada.put(&school.api("/seats/when-full"), Some(json!({ "when_full": "wait" }))).await.expect(200);
    let mut people = Vec::new();
    for name in ["Bob", "Cleo", "Dora"] {
        school.ada.post(&school.api("/invitations"), json!({ "email": address(name) })).await.expect(201);
        people.push(deployment.taken_up(name).await);
    }
    let place = async |who: &Client| who.get(&school.api("")).await.expect(200)["waiting_position"].clone();
    assert_eq!(place(&school.ada).await, Value::Null, "who holds a seat does not wait");
    for (who, expected) in people.iter().zip(1..) {
        assert_eq!(place(who).await, expected);
    }
    assert!(people[0].page(&school.page("")).await.contains("You are next"));
    assert!(people[2].page(&school.page("")).await.contains("You are number 3 of those who wait"));
    let seats = school.ada.page(&school.page("/seats")).await;
    let at = |name: &str| seats.find(&format!("<bdi>{name} Ray</bdi>")).unwrap_or_else(|| panic!("no {name}: {seats}"));
    assert!(at("Bob") < at("Cleo") && at("Cleo") < at("Dora"), "administrators see the line in its order");
    school.sell(&deployment, json!({ "seat_limit": 2 })).await;
    assert_eq!((place(&people[0]).await, place(&people[2]).await), (Value::Null, json!(2)), "the line moves up");
    let suspended = school.api(&format!("/members/{}/suspension", school.member("Cleo").await));
    school.ada.post_nothing(&suspended).await.expect(200);
    assert_eq!(place(&people[2]).await, 1, "a suspended member is passed over");
}
