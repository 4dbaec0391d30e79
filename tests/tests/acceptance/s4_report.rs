//! S4.6: the roster report tells who has had a login since when, who signed in last and when, and who never did: in the
//! API, as a file, and as figures over time.

use membership_tests::client::Client;
use membership_tests::deployment::{Deployment, PASSWORD, address};
use membership_tests::on_every_store;
use serde_json::{Value, json};
use time::Duration;
use time::format_description::well_known::Rfc3339;

on_every_store! {
    s4_6_the_report_tells_who_signed_in_last_and_who_never_did,
    s4_6_the_report_is_a_file_of_all_who_match,
    s4_6_logins_are_told_by_the_day_with_the_rounds,
    s4_6_a_login_counts_from_before_joining_and_not_after_leaving,
    s4_6_who_manages_no_logins_learns_nothing_of_them,
}

struct Portal {
    ada: Client,
    id: String,
}

impl Portal {
    async fn of(deployment: &Deployment) -> Self {
        let ada = deployment.person("Ada").await;
        let id = deployment.founded(&ada, "member_portal").await;
        Self { ada, id }
    }

    fn path(&self, rest: &str) -> String {
        format!("/api/v1/organizations/{}/{rest}", self.id)
    }

    async fn add(&self, form: Value) {
        self.ada.post(&self.path("members"), form).await.expect(201);
    }

    /// Puts somebody on the roster who sets up a login by the link of a mail, and is signed in by that.
    async fn sets_up(&self, deployment: &Deployment, name: &str) -> Client {
        self.add(json!({ "name": name, "email": address(name), "set_up_link": "mail" })).await;
        let token = deployment.link_to(&address(name)).await;
        let form = json!({ "token": token, "username": name.to_lowercase(), "password": PASSWORD });
        let entered = deployment.nobody().post("/api/v1/set-up-links/redeem", form).await.expect(201);
        Client::new(deployment.router(), entered["token"].as_str().map(str::to_owned))
    }

    /// The names of all whom a query finds, in its order, page by page.
    async fn names(&self, query: &str) -> Vec<String> {
        let (mut names, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.ada.get(&self.path(&format!("members?{query}&limit=2{cursor}"))).await.expect(200);
            names.extend(page["items"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap().to_owned()));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => {
                    assert_eq!(page["total"], names.len(), "{query}");
                    return names;
                }
            }
        }
    }
}

async fn signs_in(deployment: &Deployment, name: &str) {
    let form = json!({ "login": name.to_lowercase(), "password": PASSWORD });
    deployment.nobody().post("/api/v1/sign-ins", form).await.expect(201);
}

async fn s4_6_the_report_tells_who_signed_in_last_and_who_never_did(deployment: Deployment) {
    let portal = Portal::of(&deployment).await;
    deployment.pass(Duration::days(1));
    portal.sets_up(&deployment, "Bea").await;
    deployment.pass(Duration::days(1));
    portal.sets_up(&deployment, "Cid").await;
    portal.add(json!({ "name": "Dee" })).await;
    let initial = json!({ "name": "Eli", "username": "elisabeth", "initial_password": "first come and choose yours" });
    portal.add(initial).await;
    deployment.pass(Duration::days(1));
    let third = deployment.now();
    signs_in(&deployment, "Bea").await;

    assert_eq!(portal.names("sort=last_login").await[..3], ["Bea", "Cid", "Ada"], "who signed in last comes first");
    assert_eq!(portal.names("sort=login_since&login=true").await, ["Eli", "Cid", "Bea", "Ada"]);
    let mut never = portal.names("sort=last_login").await[3..].to_vec();
    never.sort_unstable();
    assert_eq!(never, ["Dee", "Eli"]);
    assert_eq!(portal.names("signed_in=never").await, ["Dee", "Eli"]);
    assert_eq!(portal.names("signed_in=never&login=true").await, ["Eli"]);
    let at = third.format(&Rfc3339).unwrap().replace('+', "%2B");
    assert_eq!(portal.names(&format!("signed_in={at}")).await, ["Bea"]);
    assert_eq!(portal.names(&format!("signed_in={}", third.date())).await, ["Bea"]);
    let day_before = third.date().previous_day().unwrap();
    assert_eq!(portal.names(&format!("signed_in={day_before}&sort=last_login")).await, ["Bea", "Cid"]);
    let page = portal.ada.get(&portal.path("members?q=bea")).await.expect(200);
    let bea = &page["items"][0];
    assert!(bea["last_login_at"].as_str().unwrap() > bea["login_since"].as_str().unwrap(), "{bea}");
    let page = portal.ada.get(&portal.path("members?q=dee")).await.expect(200);
    assert_eq!((&page["items"][0]["last_login_at"], &page["items"][0]["login_since"]), (&json!(null), &json!(null)));

    for bad in ["signed_in=sometimes", "signed_in=", "signed_in=2026-02-30", "sort=login"] {
        portal.ada.get(&portal.path(&format!("members?{bad}"))).await.refused(422, "invalid-input");
    }
}

async fn s4_6_the_report_is_a_file_of_all_who_match(deployment: Deployment) {
    let portal = Portal::of(&deployment).await;
    portal.sets_up(&deployment, "Bea").await;
    let odd = json!({ "first_name": "Cid", "last_name": "-Dash", "number": "00-7", "email": address("Cid") });
    portal.add(odd).await;
    for number in 0..120 {
        portal.add(json!({ "name": format!("Person {number}") })).await;
    }
    portal.ada.post(&portal.path("roster/rounds"), json!({ "filter": { "q": "cid" } })).await.expect(201);
    deployment.mails().await;

    let file = portal.ada.get(&portal.path("roster/report.csv")).await;
    assert_eq!(file.status, 200, "{}", file.text);
    assert!(file.header("content-type").starts_with("text/csv"));
    assert!(file.header("content-disposition").contains("roster-report.csv"));
    let lines: Vec<_> = file.text.lines().collect();
    assert_eq!(lines.len(), 1 + 123, "a line each, from more than one page");
    let columns: Vec<_> = lines[0].split(',').collect();
    let cells = |name: &str| -> Vec<_> { lines.iter().find(|it| it.contains(name)).unwrap().split(',').collect() };
    let of = |name: &str, column: &str| cells(name)[columns.iter().position(|it| *it == column).unwrap()].to_owned();
    assert_eq!((of("Bea", "login"), of("Bea", "rounds")), ("1".to_owned(), "0".to_owned()));
    assert!(
        of("Bea", "login_since").starts_with("2026-03-02T") && of("Bea", "last_login_at").starts_with("2026-03-02T")
    );
    let cid = ["login", "login_since", "last_login_at", "rounds"].map(|column| of("Cid", column));
    assert_eq!(cid, ["0", "", "", "1"]);
    assert!(of("Cid", "last_round_at").starts_with("2026-03-02T"), "{}", lines[0]);
    assert_eq!(of("Cid", "number"), "00-7");
    let formula = lines.iter().flat_map(|line| line.split(',')).find(|it| it.starts_with(['=', '-', '+', '@', '\t']));
    assert_eq!(formula, None, "no cell is ever run as a formula");

    let never = portal.ada.get(&portal.path("roster/report.csv?login=true&signed_in=never")).await;
    assert_eq!(never.text.lines().count(), 1, "{}", never.text);
    let lately = portal.ada.get(&portal.path("roster/report.csv?signed_in=2026-03-02&sort=last_login")).await;
    assert_eq!(lately.text.lines().count(), 3, "Ada and Bea: {}", lately.text);
    portal.ada.get(&portal.path("roster/report.csv?signed_in=x")).await.refused(422, "invalid-input");
}

async fn s4_6_logins_are_told_by_the_day_with_the_rounds(deployment: Deployment) {
    let portal = Portal::of(&deployment).await;
    let report = async |query: &str| portal.ada.get(&portal.path(&format!("roster/report{query}"))).await.expect(200);
    let first = report("?days=3").await;
    assert_eq!((&first["members"], &first["with_login"], &first["before"]), (&json!(1), &json!(1), &json!(0)));
    assert_eq!((&first["from"], &first["to"]), (&json!("2026-02-28"), &json!("2026-03-02")));
    assert_eq!(first["days"], json!([{ "day": "2026-03-02", "set_up": 1, "total": 1 }]), "the owner");
    assert_eq!(first["rounds"], json!([]));

    portal.add(json!({ "name": "Dee", "email": address("Dee") })).await;
    portal.add(json!({ "name": "Eli" })).await;
    deployment.pass(Duration::days(2));
    portal.ada.post(&portal.path("roster/rounds"), json!({ "filter": {} })).await.expect(201);
    deployment.mails().await;
    portal.sets_up(&deployment, "Bea").await;
    portal.sets_up(&deployment, "Cid").await;
    deployment.pass(Duration::days(1));
    let told = report("?days=3").await;
    assert_eq!((&told["from"], &told["to"], &told["before"]), (&json!("2026-03-03"), &json!("2026-03-05"), &json!(1)));
    assert_eq!(told["days"], json!([{ "day": "2026-03-04", "set_up": 2, "total": 3 }]));
    assert_eq!((told["rounds"].as_array().unwrap().len(), &told["rounds_left_out"]), (1, &json!(0)));
    assert_eq!((&told["rounds"][0]["number"], &told["rounds"][0]["mailed"]), (&json!(1), &json!(1)));
    assert!(told["rounds"][0]["started_at"].as_str().unwrap().starts_with("2026-03-04T09:00"));
    let counts = ["members", "with_login", "without_login", "never_signed_in"].map(|it| told[it].as_u64().unwrap());
    assert_eq!(counts, [5, 3, 2, 0]);
    assert_eq!(report("").await["from"], "2025-12-06", "90 days, if none are named");
    for bad in ["?days=0", "?days=367", "?days=x", "?weeks=2"] {
        portal.ada.get(&portal.path(&format!("roster/report{bad}"))).await.refused(422, "invalid-input");
    }
}

/// Whoever comes with an account of their own has signed in before; whoever is given another login has not.
async fn s4_6_a_login_counts_from_before_joining_and_not_after_leaving(deployment: Deployment) {
    let portal = Portal::of(&deployment).await;
    let bob = deployment.person("Bob").await;
    let signed_in = deployment.now().date();
    deployment.pass(Duration::days(5));
    let offer = json!({ "email": address("Bob"), "role": "member" });
    portal.ada.post(&portal.path("invitations"), offer).await.expect(201);
    let waiting = bob.get("/api/v1/me/invitations").await.expect(200)["items"][0].clone();
    let waiting = json!({ "organization_id": portal.id, "invitation_id": waiting["id"] });
    bob.post("/api/v1/me/invitations/accept", waiting).await.expect(201);
    let found = portal.ada.get(&portal.path("members?q=bob")).await.expect(200)["items"][0].clone();
    assert!(found["last_login_at"].is_string(), "{found}");
    assert_eq!(portal.names(&format!("signed_in={signed_in}&q=bob")).await, ["Bob"]);
    assert_eq!(portal.names("signed_in=never").await, [""; 0]);
    // In another organization, the same: a sign-in is of a person, not of a place.
    let other = bob.post("/api/v1/organizations", json!({ "name": "Other", "preset": "team" })).await.expect(201);
    let other = format!("/api/v1/organizations/{}", other["id"].as_str().unwrap());
    assert_eq!(bob.get(&format!("{other}/members?signed_in=never")).await.expect(200)["total"], 0);
    deployment.pass(Duration::days(1));
    let form = json!({ "login": address("Bob"), "password": PASSWORD });
    deployment.nobody().post("/api/v1/sign-ins", form).await.expect(201);
    let today = deployment.now().date();
    assert_eq!(portal.names(&format!("signed_in={today}")).await, ["Bob"]);
    assert_eq!(bob.get(&format!("{other}/members?signed_in={today}")).await.expect(200)["total"], 1);
    portal.ada.delete(&portal.path(&format!("members/{}", found["id"].as_str().unwrap()))).await.expect(204);
    assert_eq!(portal.names(&format!("signed_in={today}")).await, [""; 0]);
}

async fn s4_6_who_manages_no_logins_learns_nothing_of_them(deployment: Deployment) {
    let portal = Portal::of(&deployment).await;
    let mia = deployment.joined(&portal.ada, &portal.id, "Mia", "member").await;
    let sam = deployment.joined(&portal.ada, &portal.id, "Sam", "security_administrator").await;
    let paths = [
        "roster/report",
        "roster/report.csv",
        "members?signed_in=never",
        "members?signed_in=2026-01-01",
        "members?sort=last_login",
        "members?sort=login_since",
        "members?invited=never",
        "members.csv?signed_in=never",
    ];
    let eve = deployment.person("Eve").await;
    for path in paths.map(|path| portal.path(path)) {
        assert_eq!(sam.get(&path).await.status, 200, "{path}");
        mia.get(&path).await.refused(403, "permission-missing");
        eve.get(&path).await.refused(404, "unknown-organization");
        deployment.nobody().get(&path).await.refused(401, "not-signed-in");
    }

    // Where plain members see each other, they still learn nothing of logins, neither shown nor by what is found.
    let team = deployment.founded(&portal.ada, "team").await;
    let team = Portal { ada: portal.ada, id: team };
    let tom = deployment.joined(&team.ada, &team.id, "Tom", "member").await;
    let listed = tom.get(&team.path("members?q=ada")).await.expect(200)["items"][0].clone();
    assert_eq!((&listed["last_login_at"], &listed["login_since"]), (&json!(null), &json!(null)));
    for path in paths.map(|path| team.path(path)) {
        assert_eq!(team.ada.get(&path).await.status, 200, "{path}");
        let refused = tom.get(&path).await.refused(403, "permission-missing");
        assert_eq!(refused["permission"], "logins:manage", "{path}");
    }
}
