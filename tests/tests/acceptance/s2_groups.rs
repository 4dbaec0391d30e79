//! Groups, programs and their sessions: who is invited into them, who is enrolled, and when they are written to (S2).

use membership_tests::client::Client;
use membership_tests::deployment::{Deployment, PASSWORD, address};
use membership_tests::on_every_store;
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

on_every_store! {
    s2_2_an_invitation_leads_to_its_role_its_groups_and_its_date,
    s2_4_inviting_into_a_group_enrols_in_its_programs_and_sends_their_mail,
    s2_5_the_mail_of_a_session_goes_out_on_its_start_and_not_before,
    s2_5_a_group_that_comes_to_several_sessions_or_programs_has_the_mail_of_each,
    s2_5_a_deleted_session_writes_to_nobody,
    s2_10_group_ids_are_listed_and_exported,
    s2_10_a_group_has_another_name_and_the_same_id,
    s2_11_addresses_are_invited_or_added_and_all_are_enrolled,
    s2_11_several_members_are_brought_into_a_group_and_tried_first,
    s2_13_a_session_takes_groups_members_and_addresses,
    s2_13_leaving_a_group_leaves_only_what_one_was_enrolled_in_through_it,
    s2_13_a_deleted_group_ends_what_one_was_enrolled_in_through_it_alone,
    s2_14_who_is_deactivated_is_told_and_keeps_groups_and_role,
}

/// A learning platform with a group, and a program that this group attends.
struct School {
    deployment: Deployment,
    ada: Client,
    acme: String,
    group: String,
    program: String,
}

impl School {
    async fn on(deployment: Deployment) -> Self {
        let ada = deployment.person("Ada").await;
        let acme = format!("/api/v1/organizations/{}", deployment.founded(&ada, "learning_platform").await);
        let group = id(&ada.post(&format!("{acme}/groups"), json!({ "name": "North" })).await.expect(201));
        let program = json!({ "name": "Safety", "message": "Bring your boots.", "groups": [group] });
        let program = id(&ada.post(&format!("{acme}/programs"), program).await.expect(201));
        Self { deployment, ada, acme, group, program }
    }

    /// Another session of the program, from so many days on to so many days on.
    async fn session(&self, title: &str, starts: i64, ends: i64) -> String {
        self.session_of(&self.program, title, starts, ends).await
    }

    async fn session_of(&self, program: &str, title: &str, starts: i64, ends: i64) -> String {
        let at = |days| text(self.deployment.now() + Duration::days(days));
        let form = json!({ "title": title, "starts_at": at(starts), "ends_at": at(ends) });
        id(&self.ada.post(&format!("{}/programs/{program}/sessions", self.acme), form).await.expect(201))
    }

    async fn invite(&self, form: Value) -> Value {
        self.ada.post(&format!("{}/invitations", self.acme), form).await.expect(201)
    }

    async fn member(&self, name: &str) -> Value {
        let found = self.ada.get(&format!("{}/members?q={}", self.acme, name.to_lowercase())).await.expect(200);
        found["items"][0].clone()
    }

    async fn in_group(&self) -> Vec<String> {
        let members = self.ada.get(&format!("{}/members?group={}", self.acme, self.group)).await.expect(200);
        items(&members, |it| it["name"].as_str().unwrap().to_owned())
    }

    /// Who is enrolled: their names, whether by name, and through how many groups.
    async fn enrolled(&self, session: &str) -> Vec<(String, bool, usize)> {
        let path = format!("{}/sessions/{session}/enrolments", self.acme);
        let mut found = items(&self.ada.get(&path).await.expect(200), |it| {
            let groups = it["groups"].as_array().unwrap().len();
            (it["name"].as_str().unwrap().to_owned(), it["by_name"].as_bool().unwrap(), groups)
        });
        found.sort();
        found
    }

    /// The subjects of all mails to a person about sessions that have begun, the oldest first.
    async fn begun(&self, name: &str) -> Vec<String> {
        self.subjects(name).await.into_iter().filter(|it| it.ends_with("has begun")).collect()
    }

    async fn subjects(&self, name: &str) -> Vec<String> {
        let mails = self.deployment.mails().await;
        let to_them = mails.into_iter().rev().filter(|mail| mail.to.contains(&address(name)));
        to_them.map(|mail| mail.subject).collect()
    }

    /// Signs in again: no token outlives a month.
    async fn sign_in(&self, name: &str) -> Client {
        let form = json!({ "login": address(name), "password": PASSWORD });
        let answer = self.deployment.nobody().post("/api/v1/sign-ins", form).await.expect(201);
        Client::new(self.deployment.router(), answer["token"].as_str().map(str::to_owned))
    }
}

fn id(answer: &Value) -> String {
    answer["id"].as_str().expect("an id").to_owned()
}

fn text(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap()
}

fn items<T>(page: &Value, it: impl Fn(&Value) -> T) -> Vec<T> {
    page["items"].as_array().expect("a list").iter().map(it).collect()
}

fn outcomes(answer: &Value, of: &str) -> Vec<(String, String)> {
    let word = |it: &Value, key: &str| it[key].as_str().unwrap().to_owned();
    answer[of].as_array().unwrap().iter().map(|it| (word(it, "named"), word(it, "outcome"))).collect()
}

fn pairs<const N: usize>(expected: [(&str, &str); N]) -> Vec<(String, String)> {
    expected.map(|(named, outcome)| (named.to_owned(), outcome.to_owned())).to_vec()
}

async fn s2_2_an_invitation_leads_to_its_role_its_groups_and_its_date(deployment: Deployment) {
    let school = School::on(deployment).await;
    let ends = school.deployment.now() + Duration::days(90);
    let offer =
        json!({ "email": address("Bob"), "role": "author", "groups": [school.group], "deactivates_at": text(ends) });
    let offered = school.invite(offer).await;
    assert_eq!(offered["groups"], json!([school.group]));
    assert!(school.in_group().await.is_empty(), "an invitation alone puts nobody into a group");
    school.deployment.taken_up("Bob").await;
    let bob = school.member("Bob").await;
    assert_eq!((&bob["role"], &bob["deactivates_at"]), (&json!("author"), &json!(text(ends))));
    assert_eq!(school.in_group().await, ["Bob Ray"]);
    let path = format!("{}/invitations", school.acme);
    let nowhere = json!({ "email": address("Cleo"), "groups": ["0190f5a0-0000-7000-8000-000000000000"] });
    school.ada.post(&path, nowhere).await.refused(404, "unknown-group");
    let past = json!({ "email": address("Cleo"), "deactivates_at": "2020-01-01T00:00:00Z" });
    school.ada.post(&path, past).await.refused(422, "date-in-the-past");
}

async fn s2_4_inviting_into_a_group_enrols_in_its_programs_and_sends_their_mail(deployment: Deployment) {
    let school = School::on(deployment).await;
    let running = school.session("Ladders", 0, 9).await;
    school.invite(json!({ "email": address("Bob"), "groups": [school.group] })).await;
    assert!(school.begun("Bob").await.is_empty(), "who has not accepted is not enrolled");
    school.deployment.taken_up("Bob").await;
    assert_eq!(school.enrolled(&running).await, [("Bob Ray".to_owned(), false, 1)]);
    assert_eq!(school.begun("Bob").await, ["Safety: Ladders has begun"]);
    let mail = school.deployment.mail_to(&address("Bob")).await;
    assert!(mail.text.contains("Bring your boots."), "the program's own words:\n{}", mail.text);
    school.invite(json!({ "email": address("Cleo") })).await;
    school.deployment.taken_up("Cleo").await;
    assert!(school.begun("Cleo").await.is_empty(), "only the group attends");
}

async fn s2_5_the_mail_of_a_session_goes_out_on_its_start_and_not_before(deployment: Deployment) {
    let school = School::on(deployment).await;
    school.invite(json!({ "email": address("Bob"), "groups": [school.group] })).await;
    school.deployment.taken_up("Bob").await;
    let starts = school.deployment.now() + Duration::days(2);
    let form = json!({ "title": "Ropes", "starts_at": text(starts), "ends_at": text(starts + Duration::days(5)) });
    let path = format!("{}/programs/{}/sessions", school.acme, school.program);
    let session = id(&school.ada.post(&path, form).await.expect(201));
    assert_eq!(school.enrolled(&session).await.len(), 1, "enrolled at once, written to later");
    school.deployment.go_to(starts - Duration::seconds(1));
    assert!(school.begun("Bob").await.is_empty());
    school.deployment.go_to(starts);
    assert_eq!(school.begun("Bob").await, ["Safety: Ropes has begun"]);
    school.deployment.pass(Duration::days(1));
    assert_eq!(school.begun("Bob").await.len(), 1, "once");
    let late = school.deployment.now() + Duration::days(1);
    let form = json!({ "title": "Fire", "starts_at": text(late), "ends_at": text(late + Duration::days(1)) });
    let moved = id(&school.ada.post(&path, form).await.expect(201));
    let later = late + Duration::days(1);
    let form = json!({ "title": "Fire", "starts_at": text(later), "ends_at": text(later + Duration::days(1)) });
    school.ada.put(&format!("{}/sessions/{moved}", school.acme), Some(form)).await.expect(200);
    school.deployment.go_to(late);
    assert_eq!(school.begun("Bob").await.len(), 1, "a session that was moved begins on its new date");
    school.deployment.go_to(later);
    assert_eq!(school.begun("Bob").await, ["Safety: Ropes has begun", "Safety: Fire has begun"]);
}

async fn s2_5_a_group_that_comes_to_several_sessions_or_programs_has_the_mail_of_each(deployment: Deployment) {
    let school = School::on(deployment).await;
    let south = json!({ "name": "South" });
    let south = id(&school.ada.post(&format!("{}/groups", school.acme), south).await.expect(201));
    for name in ["Bob", "Cleo"] {
        school.invite(json!({ "email": address(name), "groups": [south] })).await;
        school.deployment.taken_up(name).await;
    }
    let sessions = [school.session("Ropes", 0, 9).await, school.session("Ladders", 0, 9).await];
    let mut programs = Vec::new();
    for name in ["Fire", "Water"] {
        let form = json!({ "name": name });
        let program = id(&school.ada.post(&format!("{}/programs", school.acme), form).await.expect(201));
        school.session_of(&program, "Basics", 0, 9).await;
        programs.push((name, program));
    }
    assert!(school.begun("Bob").await.is_empty(), "the group attends nothing yet");
    for session in &sessions {
        let path = format!("{}/sessions/{session}/enrolments", school.acme);
        school.ada.post(&path, json!({ "groups": [south] })).await.expect(200);
    }
    for (name, program) in &programs {
        let form = json!({ "name": name, "groups": [south] });
        school.ada.put(&format!("{}/programs/{program}", school.acme), Some(form)).await.expect(200);
    }
    for name in ["Bob", "Cleo"] {
        let mut begun = school.begun(name).await;
        begun.sort();
        let expected = ["Fire: Basics", "Safety: Ladders", "Safety: Ropes", "Water: Basics"];
        assert_eq!(begun, expected.map(|it| format!("{it} has begun")), "{name}");
    }
}

async fn s2_5_a_deleted_session_writes_to_nobody(deployment: Deployment) {
    let school = School::on(deployment).await;
    school.invite(json!({ "email": address("Bob"), "groups": [school.group] })).await;
    school.deployment.taken_up("Bob").await;
    let gone = format!("{}/sessions/{}", school.acme, school.session("Ropes", 2, 9).await);
    school.session("Ladders", 2, 9).await;
    school.ada.delete(&gone).await.expect(204);
    school.ada.get(&gone).await.refused(404, "unknown-session");
    school.deployment.pass(Duration::days(2));
    assert_eq!(school.begun("Bob").await, ["Safety: Ladders has begun"]);
}

async fn s2_10_a_group_has_another_name_and_the_same_id(deployment: Deployment) {
    let school = School::on(deployment).await;
    school.invite(json!({ "email": address("Bob"), "groups": [school.group] })).await;
    let bob = school.deployment.taken_up("Bob").await;
    let path = format!("{}/groups/{}", school.acme, school.group);
    bob.patch(&path, json!({ "name": "South" })).await.refused(403, "permission-missing");
    let renamed = school.ada.patch(&path, json!({ "name": "North-West" })).await.expect(200);
    assert_eq!((&renamed["id"], &renamed["name"]), (&json!(school.group), &json!("North-West")));
    assert_eq!(school.ada.get(&path).await.expect(200)["name"], "North-West");
    assert_eq!(school.in_group().await, ["Bob Ray"]);
}

async fn s2_10_group_ids_are_listed_and_exported(deployment: Deployment) {
    let school = School::on(deployment).await;
    let path = format!("{}/groups", school.acme);
    let other = id(&school.ada.post(&path, json!({ "name": "=1+1" })).await.expect(201));
    school.invite(json!({ "email": address("Bob"), "groups": [school.group] })).await;
    school.deployment.taken_up("Bob").await;
    let listed = school.ada.get(&path).await.expect(200);
    let listed =
        items(&listed, |it| (id(it), it["name"].as_str().unwrap().to_owned(), it["members"].as_u64().unwrap()));
    assert_eq!(listed, [(other.clone(), "=1+1".to_owned(), 0), (school.group.clone(), "North".to_owned(), 1)]);
    let exported = school.ada.get(&format!("{path}.csv")).await;
    assert!(exported.header("content-type").starts_with("text/csv"));
    let lines: Vec<_> = exported.text.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines[0], "group_id,name,members");
    assert!(lines[1].starts_with(&other) && !lines[1].contains(",=1+1"), "a name is never a formula: {}", lines[1]);
    assert_eq!(lines[2], format!("{},North,1", school.group));
    let bob = school.sign_in("Bob").await;
    bob.get(&path).await.refused(403, "permission-missing");
}

async fn s2_11_addresses_are_invited_or_added_and_all_are_enrolled(deployment: Deployment) {
    let school = School::on(deployment).await;
    let running = school.session("Ladders", 0, 9).await;
    let ahead = school.session("Ropes", 2, 9).await;
    school.invite(json!({ "email": address("Bob"), "role": "author" })).await;
    school.deployment.taken_up("Bob").await;
    school.invite(json!({ "email": address("Dora") })).await;
    let list = "Bob <bob@example.org>; cleo@example.org, dora@example.org\nnobody";
    let path = format!("{}/groups/{}/addresses", school.acme, school.group);
    let expected = pairs([
        ("Bob <bob@example.org>", "added"),
        ("cleo@example.org", "invited"),
        ("dora@example.org", "added-to-invitation"),
        ("nobody", "invalid-address"),
    ]);
    let rehearsed = school.ada.post(&path, json!({ "text": list, "dry_run": true })).await.expect(200);
    assert_eq!(outcomes(&rehearsed, "addresses"), expected);
    assert!(school.in_group().await.is_empty(), "a rehearsal writes nothing");
    let done = school.ada.post(&path, json!({ "text": list })).await.expect(200);
    assert_eq!(outcomes(&done, "addresses"), expected);
    school.deployment.taken_up("Cleo").await;
    school.deployment.taken_up("Dora").await;
    assert_eq!(school.in_group().await, ["Bob Ray", "Cleo Ray", "Dora Ray"]);
    assert_eq!(school.member("Bob").await["role"], "author");
    assert_eq!(school.member("Cleo").await["role"], "trainee");
    for session in [&running, &ahead] {
        assert_eq!(school.enrolled(session).await.len(), 3);
    }
    for name in ["Bob", "Cleo", "Dora"] {
        assert_eq!(school.begun(name).await, ["Safety: Ladders has begun"], "{name}");
    }
    school.deployment.pass(Duration::days(2));
    for name in ["Bob", "Cleo", "Dora"] {
        assert_eq!(school.begun(name).await.last().unwrap(), "Safety: Ropes has begun", "{name}");
    }
    let again = school.ada.post(&path, json!({ "emails": [address("Bob")] })).await.expect(200);
    assert_eq!(outcomes(&again, "addresses"), pairs([("bob@example.org", "already-in-group")]));
}

async fn s2_11_several_members_are_brought_into_a_group_and_tried_first(deployment: Deployment) {
    let school = School::on(deployment).await;
    for name in ["Bob", "Cleo"] {
        school.invite(json!({ "email": address(name) })).await;
        school.deployment.taken_up(name).await;
    }
    let (bob, cleo) = (id(&school.member("Bob").await), id(&school.member("Cleo").await));
    let path = format!("{}/groups/{}/members", school.acme, school.group);
    school.ada.put(&format!("{path}/{bob}"), None).await.expect(204);
    let nobody = "0190f5a0-0000-7000-8000-000000000000";
    let form = |dry_run: bool| json!({ "members": [bob, cleo, nobody], "dry_run": dry_run });
    let expected = pairs([(&bob, "already-in-group"), (&cleo, "added"), (nobody, "unknown-member")]);
    let rehearsed = school.ada.post(&path, form(true)).await.expect(200);
    assert_eq!((outcomes(&rehearsed, "members"), &rehearsed["dry_run"]), (expected.clone(), &json!(true)));
    assert_eq!(school.in_group().await, ["Bob Ray"], "a rehearsal writes nothing");
    let done = school.ada.post(&path, form(false)).await.expect(200);
    assert_eq!((outcomes(&done, "members"), &done["dry_run"]), (expected, &json!(false)));
    assert_eq!(school.in_group().await, ["Bob Ray", "Cleo Ray"]);
}

async fn s2_13_a_session_takes_groups_members_and_addresses(deployment: Deployment) {
    let school = School::on(deployment).await;
    let south = json!({ "name": "South" });
    let south = id(&school.ada.post(&format!("{}/groups", school.acme), south).await.expect(201));
    for name in ["Bob", "Cleo", "Dora"] {
        school.invite(json!({ "email": address(name) })).await;
        school.deployment.taken_up(name).await;
    }
    let (bob, cleo) = (id(&school.member("Bob").await), id(&school.member("Cleo").await));
    school.ada.put(&format!("{}/groups/{south}/members/{bob}", school.acme), None).await.expect(204);
    let session = school.session("Ropes", 2, 9).await;
    let path = format!("{}/sessions/{session}/enrolments", school.acme);
    let form = json!({ "groups": [south], "members": [cleo], "addresses": [address("Dora"), address("Eve")] });
    let mut trial = form.clone();
    trial["dry_run"] = json!(true);
    let rehearsed = school.ada.post(&path, trial).await.expect(200);
    let before = school.enrolled(&session).await;
    assert!(before.is_empty() && school.subjects("Eve").await.is_empty(), "a rehearsal writes nothing: {before:?}");
    let done = school.ada.post(&path, form.clone()).await.expect(200);
    for of in ["groups", "members", "addresses"] {
        assert_eq!(outcomes(&rehearsed, of), outcomes(&done, of), "{of}");
    }
    assert_eq!(outcomes(&done, "groups"), pairs([(&south, "added")]));
    assert_eq!(outcomes(&done, "members"), pairs([(&cleo, "added")]));
    assert_eq!(outcomes(&done, "addresses"), pairs([("dora@example.org", "added"), ("eve@example.org", "invited")]));
    assert_eq!(school.subjects("Eve").await, ["Ada invites you to join Acme"]);
    school.deployment.taken_up("Eve").await;
    let expected = [("Bob Ray", false, 1), ("Cleo Ray", true, 0), ("Dora Ray", true, 0), ("Eve Ray", true, 0)];
    assert_eq!(school.enrolled(&session).await, expected.map(|(name, by, groups)| (name.to_owned(), by, groups)));
    school.ada.delete(&format!("{path}/members/{cleo}")).await.expect(204);
    school.deployment.pass(Duration::days(2));
    for name in ["Bob", "Dora", "Eve"] {
        assert_eq!(school.begun(name).await, ["Safety: Ropes has begun"], "{name}");
    }
    assert!(school.begun("Cleo").await.is_empty(), "who was withdrawn is not written to");
    school.deployment.pass(Duration::days(8));
    let ada = school.sign_in("Ada").await;
    ada.post(&path, form).await.refused(409, "session-over");
}

async fn s2_13_leaving_a_group_leaves_only_what_one_was_enrolled_in_through_it(deployment: Deployment) {
    let school = School::on(deployment).await;
    let south = json!({ "name": "South" });
    let south = id(&school.ada.post(&format!("{}/groups", school.acme), south).await.expect(201));
    let (by_name, by_both, by_group) = (
        school.session("Ropes", 2, 9).await,
        school.session("Ladders", 2, 9).await,
        school.session("Fire", 2, 9).await,
    );
    school.invite(json!({ "email": address("Bob"), "groups": [school.group, south] })).await;
    school.deployment.taken_up("Bob").await;
    let bob = id(&school.member("Bob").await);
    let enrol = async |session: &str, form: Value| {
        school.ada.post(&format!("{}/sessions/{session}/enrolments", school.acme), form).await.expect(200);
    };
    enrol(&by_name, json!({ "members": [bob] })).await;
    enrol(&by_both, json!({ "groups": [south] })).await;
    let stands =
        async |session: &str| school.enrolled(session).await.into_iter().map(|(_, by, groups)| (by, groups)).next();
    assert_eq!(stands(&by_name).await, Some((true, 1)));
    assert_eq!(stands(&by_both).await, Some((false, 2)));
    assert_eq!(stands(&by_group).await, Some((false, 1)));
    school.ada.delete(&format!("{}/groups/{}/members/{bob}", school.acme, school.group)).await.expect(204);
    assert_eq!(stands(&by_name).await, Some((true, 0)), "enrolled by name, too");
    assert_eq!(stands(&by_both).await, Some((false, 1)), "enrolled through another group, too");
    assert_eq!(stands(&by_group).await, None);
    school.deployment.pass(Duration::days(2));
    let mut begun = school.begun("Bob").await;
    begun.sort();
    assert_eq!(begun, ["Safety: Ladders has begun", "Safety: Ropes has begun"]);
}

async fn s2_13_a_deleted_group_ends_what_one_was_enrolled_in_through_it_alone(deployment: Deployment) {
    let school = School::on(deployment).await;
    for name in ["Bob", "Cleo"] {
        school.invite(json!({ "email": address(name), "groups": [school.group] })).await;
        school.deployment.taken_up(name).await;
    }
    let session = school.session("Ropes", 2, 9).await;
    let cleo = id(&school.member("Cleo").await);
    let path = format!("{}/sessions/{session}/enrolments", school.acme);
    school.ada.post(&path, json!({ "members": [cleo] })).await.expect(200);
    let both = [("Bob Ray".to_owned(), false, 1), ("Cleo Ray".to_owned(), true, 1)];
    assert_eq!(school.enrolled(&session).await, both);
    let group = format!("{}/groups/{}", school.acme, school.group);
    school.ada.delete(&group).await.expect(204);
    school.ada.get(&group).await.refused(404, "unknown-group");
    assert_eq!(school.enrolled(&session).await, [("Cleo Ray".to_owned(), true, 0)], "by name stays");
    assert_eq!(school.member("Bob").await["status"], "active", "who was in it stays a member");
    school.deployment.pass(Duration::days(2));
    assert!(school.begun("Bob").await.is_empty());
    assert_eq!(school.begun("Cleo").await, ["Safety: Ropes has begun"]);
}

async fn s2_14_who_is_deactivated_is_told_and_keeps_groups_and_role(deployment: Deployment) {
    let mut school = School::on(deployment).await;
    let ends = school.deployment.now() + Duration::days(30);
    let groups = json!([school.group]);
    let offer = json!({ "email": address("Bob"), "role": "author", "groups": groups, "deactivates_at": text(ends) });
    school.invite(offer).await;
    school.deployment.taken_up("Bob").await;
    let bob = id(&school.member("Bob").await);
    let other = json!({ "name": "Water" });
    let other = id(&school.ada.post(&format!("{}/programs", school.acme), other).await.expect(201));
    let by_name = school.session_of(&other, "Knots", 40, 50).await;
    let path = format!("{}/sessions/{by_name}/enrolments", school.acme);
    school.ada.post(&path, json!({ "members": [bob] })).await.expect(200);
    let ended =
        |subjects: &[String]| subjects.iter().filter(|it| it.as_str() == "Your access to Acme has ended").count();
    school.deployment.go_to(ends - Duration::seconds(1));
    let told = school.subjects("Bob").await;
    assert!(told.last().is_some_and(|it| it.starts_with("Your access to Acme ends on ")), "{told:?}");
    assert_eq!(ended(&told), 0);
    assert_eq!(school.subjects("Ada").await.last().unwrap(), "Bob Ray will be deactivated in Acme");
    school.deployment.go_to(ends);
    let told = school.subjects("Bob").await;
    assert_eq!(ended(&told), 1, "{told:?}");
    assert_eq!(school.subjects("Ada").await.last().unwrap(), "Bob Ray was deactivated in Acme");
    school.ada = school.sign_in("Ada").await;
    let session = school.session("Ladders", 0, 9).await;
    assert!(school.begun("Bob").await.is_empty(), "who has no access is not called to a session");
    school.ada.delete(&format!("{}/members/{bob}/suspension", school.acme)).await.expect(200);
    assert_eq!(school.member("Bob").await["role"], "author");
    assert_eq!(school.in_group().await, ["Bob Ray"]);
    assert_eq!(school.enrolled(&session).await, [("Bob Ray".to_owned(), false, 1)]);
    assert_eq!(school.enrolled(&by_name).await, [("Bob Ray".to_owned(), true, 0)]);
    let bob = school.sign_in("Bob").await;
    bob.get(&school.acme).await.expect(200);
}
