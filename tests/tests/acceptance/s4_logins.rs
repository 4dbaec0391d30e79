//! S4.5, S4.7 and S4.8 as whole walks: a personal link is handed over as a letter with a code, a login is set up with a
//! username of one's own, and a security administrator helps with it; with all that can be typed wrongly on the way.

use futures_util::future::join_all;
use membership_tests::client::Client;
use membership_tests::deployment::{Deployment, PASSWORD, address, link_in};
use membership_tests::on_every_store;
use serde_json::{Value, json};
use time::Duration;

on_every_store! {
    s4_5_a_username_is_suggested_and_no_bad_one_is_taken,
    s4_5_whoever_set_up_a_login_is_signed_in_and_vanishes,
    s4_7_every_help_is_logged_and_told_and_never_above_ones_rank,
    s4_8_a_letter_with_a_typed_code_leads_to_the_personal_link,
    s4_8_a_newer_link_or_code_kills_the_earlier_ones,
    s4_8_an_address_at_a_handed_over_link_recovers_nothing_until_it_is_verified,
    a28_guesses_end_the_code_and_never_the_member,
    a28_many_guesses_at_once_get_no_further_than_one_after_the_other,
    a14_a_code_is_no_link_and_a_link_no_code,
    a12_a_code_sets_up_one_login_for_thirty_two_at_once,
    s4_8_a_new_link_while_the_old_one_is_redeemed_is_one_after_the_other,
}

const INITIAL: &str = "first come and choose your own";
const OPEN: &str = "/api/v1/set-up-codes/open";
const REDEEM: &str = "/api/v1/set-up-links/redeem";

struct Portal {
    ada: Client,
    nobody: Client,
    organization: String,
    id: String,
}

impl Portal {
    async fn of(deployment: &Deployment) -> Self {
        let ada = deployment.person("Ada").await;
        let id = deployment.founded(&ada, "member_portal").await;
        Self { ada, nobody: deployment.nobody(), organization: format!("/api/v1/organizations/{id}"), id }
    }

    /// Puts somebody on the roster; the path of the member.
    async fn add(&self, form: Value) -> String {
        let added = self.ada.post(&format!("{}/members", self.organization), form).await.expect(201);
        format!("{}/members/{}", self.organization, added["id"].as_str().unwrap())
    }

    /// A personal link and its code, to be handed over.
    async fn hand_over(&self, member: &str) -> (String, String) {
        let path = format!("{member}/set-up-link");
        let made = self.ada.post(&path, json!({ "deliver": "return" })).await.expect(200);
        (token_of(&made["link"]), made["code"]["text"].as_str().unwrap().to_owned())
    }

    async fn without_login(&self) -> u64 {
        let path = format!("{}/members?login=false", self.organization);
        self.ada.get(&path).await.expect(200)["total"].as_u64().unwrap()
    }

    async fn events(&self) -> Vec<(String, Value)> {
        let log = self.ada.get(&format!("{}/events", self.organization)).await.expect(200);
        let entry = |it: &Value| (it["event"].as_str().unwrap().to_owned(), it.clone());
        log["items"].as_array().unwrap().iter().map(entry).collect()
    }

    async fn opened(&self, code: &str) -> String {
        let opened = self.nobody.post(OPEN, json!({ "code": code })).await.expect(200);
        opened["token"].as_str().unwrap().to_owned()
    }
}

fn token_of(link: &Value) -> String {
    link.as_str().unwrap().rsplit('/').next().unwrap().to_owned()
}

fn chosen(token: &str, username: &str) -> Value {
    json!({ "token": token, "username": username, "password": PASSWORD })
}

fn client(deployment: &Deployment, answer: &Value) -> Client {
    Client::new(deployment.router(), answer["token"].as_str().map(str::to_owned))
}

/// The same code with another secret, and a checksum that fits it: not a slip of the finger but a guess.
fn guess(code: &str, number: u32) -> String {
    const DIGITS: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let value = |digit: char| u32::try_from(DIGITS.find(digit).unwrap()).unwrap();
    let mut values: Vec<u32> = code.chars().filter(|it| *it != '-').take(11).map(value).collect();
    values[9] = (values[9] + 1 + number / 31) % 32;
    values[10] = (values[10] + number) % 32;
    let check = values.iter().fold(0, |sum, digit| {
        let sum = sum ^ digit;
        if sum & 16 == 0 { sum << 1 } else { ((sum << 1) & 31) ^ 5 }
    });
    let digits = values.iter().chain([&check]).map(|value| DIGITS.as_bytes()[*value as usize] as char);
    digits.collect()
}

async fn s4_5_a_username_is_suggested_and_no_bad_one_is_taken(deployment: Deployment) {
    let portal = Portal::of(&deployment).await;
    let mut links = Vec::new();
    for name in ["Zoë Lamarr", "Zoe Lamarr", "Ли Ю"] {
        let member = portal.add(json!({ "name": name })).await;
        links.push(portal.hand_over(&member).await.0);
    }
    let suggested = async |link: &str| {
        let seen = portal.nobody.post("/api/v1/set-up-links/inspect", json!({ "token": link })).await.expect(200);
        assert_eq!(seen["asks_username"], true);
        seen["suggested_username"].clone()
    };
    assert_eq!(suggested(&links[0]).await, "zoe.lamarr");
    assert_eq!(suggested(&links[2]).await, Value::Null, "nothing of the name is of our letters");
    portal.nobody.post(REDEEM, chosen(&links[0], "Zoe.Lamarr")).await.expect(201);
    assert_eq!(suggested(&links[1]).await, "z.lamarr", "the first one is taken by now");

    let member = portal.add(json!({ "name": "Prepared", "username": "grace", "initial_password": INITIAL })).await;
    let mut tried = Vec::new();
    for (username, status, code, rule) in [
        ("zoe.lamarr", 409, "username-taken", ""),
        ("ZOE.LAMARR", 409, "username-taken", ""),
        ("ｚｏｅ.lamarr", 409, "username-taken", ""),
        ("zoe-lamarr", 409, "username-confusable", ""),
        ("z0e.lamarr", 409, "username-confusable", ""),
        ("zoe.1amarr", 409, "username-confusable", ""),
        ("zoe.larnarr", 409, "username-confusable", ""),
        ("zоe.lamarr", 422, "invalid-input", "from a to z"),
        ("zoë.lamarr", 422, "invalid-input", "from a to z"),
        ("zoe@example.org", 422, "invalid-input", "address"),
        ("zo", 422, "invalid-input", "at least 3"),
        (&"z".repeat(41), 422, "invalid-input", "at most 40"),
        ("zoe lamarr", 422, "invalid-input", "only"),
        ("1zoe", 422, "invalid-input", "begin with a letter"),
        ("", 422, "invalid-input", "at least 3"),
    ] {
        let before = portal.without_login().await;
        // The same rule at the set-up, for whoever helps with a login, and for whoever adds a member.
        let by_link = portal.nobody.post(REDEEM, chosen(&links[1], username)).await;
        let helped = portal.ada.put(&format!("{member}/login"), Some(json!({ "username": username }))).await;
        let form = json!({ "name": "New", "username": username, "initial_password": INITIAL });
        let added = portal.ada.post(&format!("{}/members", portal.organization), form).await;
        for answer in [by_link, helped, added] {
            let refused = answer.refused(status, code);
            assert!(answer.text.contains(rule), "{username:?}: {}", answer.text);
            assert!(status == 409 || refused["field"] == "username", "{username:?}: {}", answer.text);
        }
        assert_eq!(portal.without_login().await, before, "nothing is half done");
        tried.push(username.to_owned());
    }
    assert_eq!(tried.len(), 15);
    portal.nobody.post(REDEEM, chosen(&links[1], "zoe.lamarr2")).await.expect(201);
    // One's own name in another spelling confuses nobody.
    let help = json!({ "username": "gr-ace" });
    portal.ada.put(&format!("{member}/login"), Some(help)).await.expect(200);
    let help = json!({ "username": "gr.ace" });
    portal.ada.put(&format!("{member}/login"), Some(help)).await.expect(200);
    // What was given up is free again.
    portal.nobody.post(REDEEM, chosen(&links[2], "grace")).await.expect(201);
}

async fn s4_5_whoever_set_up_a_login_is_signed_in_and_vanishes(deployment: Deployment) {
    let portal = Portal::of(&deployment).await;
    let member = portal.add(json!({ "name": "Hedy Lamarr", "number": "2024/7" })).await;
    portal.add(json!({ "name": "Ida", "email": address("Ida") })).await;
    let (link, _) = portal.hand_over(&member).await;
    assert_eq!(portal.without_login().await, 2);
    for (form, field) in [
        (json!({ "token": link }), "username"),
        (json!({ "token": link, "username": "hedy" }), "password"),
        (json!({ "token": link, "username": "hedy", "password": "short" }), "password"),
        (json!({ "token": link, "username": "hedy", "password": PASSWORD, "role": "administrator" }), "role"),
    ] {
        assert_eq!(portal.nobody.post(REDEEM, form).await.refused(422, "invalid-input")["field"], field);
    }
    let set_up = portal.nobody.post(REDEEM, chosen(&link, "hedy")).await.expect(201);
    let hedy = client(&deployment, &set_up);
    let me = hedy.get("/api/v1/me").await.expect(200);
    assert_eq!((&me["username"], &me["emails"]), (&json!("hedy"), &json!([])));
    let mine = hedy.get("/api/v1/me/memberships").await.expect(200);
    assert_eq!(mine["items"].as_array().unwrap().len(), 1, "{mine}");
    assert_eq!(portal.without_login().await, 1, "the person has vanished from the screen");
    portal.nobody.post(REDEEM, chosen(&link, "hedy2")).await.refused(410, "link-spent");
    portal
        .ada
        .post(&format!("{member}/set-up-link"), json!({ "deliver": "return" }))
        .await
        .refused(409, "login-exists");
    let sign_in = json!({ "login": "HEDY", "password": PASSWORD });
    portal.nobody.post("/api/v1/sign-ins", sign_in).await.expect(201);
    // A name that looks like it opens nothing.
    let lookalike = json!({ "login": "he.dy", "password": PASSWORD });
    portal.nobody.post("/api/v1/sign-ins", lookalike).await.refused(401, "wrong-credentials");
}

async fn s4_7_every_help_is_logged_and_told_and_never_above_ones_rank(deployment: Deployment) {
    let portal = Portal::of(&deployment).await;
    let sam = deployment.joined(&portal.ada, &portal.id, "Sam", "security_administrator").await;
    let grace = portal.add(json!({ "name": "Grace", "email": address("Grace"), "set_up_link": "mail" })).await;
    let token = deployment.link_to("grace@").await;
    let set_up = portal.nobody.post(REDEEM, chosen(&token, "grace")).await.expect(201);
    let phone = client(&deployment, &set_up);
    let sign_in = json!({ "login": "grace", "password": PASSWORD });
    let laptop = client(&deployment, &portal.nobody.post("/api/v1/sign-ins", sign_in).await.expect(201));
    let told = async |what: &[&str]| {
        let mail = deployment.mail_to("grace@").await;
        assert!(what.iter().all(|it| mail.text.contains(it)), "{}", mail.text);
        assert!(!mail.text.contains(INITIAL), "no password is ever mailed: {}", mail.text);
    };
    // The username.
    sam.put(&format!("{grace}/login"), Some(json!({ "username": "hopper" }))).await.expect(200);
    told(&["changed the username", "hopper", "Acme"]).await;
    for it in [&phone, &laptop] {
        assert_eq!(it.get("/api/v1/me").await.expect(200)["username"], "hopper");
    }
    // Everywhere signed out.
    sam.post_nothing(&format!("{grace}/sign-out")).await.expect(204);
    told(&["ended every sign-in"]).await;
    for it in [&phone, &laptop] {
        it.get("/api/v1/me").await.refused(401, "not-signed-in");
    }
    // An initial password, to be replaced; in her language.
    let me = json!({ "login": "hopper", "password": PASSWORD });
    let phone = client(&deployment, &portal.nobody.post("/api/v1/sign-ins", me).await.expect(201));
    phone.patch("/api/v1/me", json!({ "language": "fr" })).await.expect(200);
    sam.put(&format!("{grace}/login"), Some(json!({ "initial_password": INITIAL }))).await.expect(200);
    told(&["nouveau mot de passe initial", "Acme"]).await;
    phone.get("/api/v1/me").await.refused(401, "not-signed-in");
    let initial = json!({ "login": "hopper", "password": INITIAL });
    let entered = portal.nobody.post("/api/v1/sign-ins", initial.clone()).await.expect(201);
    assert_eq!(entered["password_change_required"], true);
    portal.nobody.post("/api/v1/sign-ins", initial).await.refused(401, "wrong-credentials");
    // The set-up link again; and a login for somebody who has none, who is told of it where the organization reaches them.
    let ida = portal.add(json!({ "name": "Ida", "email": address("Ida") })).await;
    let mails = async |to: &str| deployment.mails().await.into_iter().filter(|it| it.to.contains(to)).count();
    for sent in 1..=2 {
        sam.post(&format!("{ida}/set-up-link"), json!({ "deliver": "mail" })).await.expect(200);
        assert_eq!(mails("ida@").await, sent);
    }
    assert!(deployment.mail_to("ida@").await.text.contains("/join/"));
    let prepared = json!({ "username": "ida.rhodes", "initial_password": INITIAL });
    sam.put(&format!("{ida}/login"), Some(prepared)).await.expect(200);
    let mail = deployment.mail_to("ida@").await;
    // The name is inert in the mail, and signs in as it is copied from there.
    let named = mail.text.split_whitespace().find(|it| it.starts_with("ida.") && it.ends_with("rhodes")).unwrap();
    assert!(mail.text.contains("initial password"), "{}", mail.text);
    let copied = json!({ "login": named, "password": INITIAL });
    let entered = portal.nobody.post("/api/v1/sign-ins", copied).await.expect(201);
    assert_eq!(entered["user"]["username"], "ida.rhodes", "{named:?}");
    assert!(!mail.text.contains(INITIAL), "{}", mail.text);

    // Each of it is in the log, by whom and on whom.
    let events = portal.events().await;
    let logged = |name: &str| events.iter().filter(|(event, it)| event == name && it["actor"]["name"] == "Sam").count();
    let expected =
        [("member-login-changed", 2), ("member-signed-out", 1), ("set-up-link-issued", 2), ("login-set-up", 1)];
    for (event, count) in expected {
        assert_eq!(logged(event), count, "{event}: {events:#?}");
    }

    // Nothing of it on anyone ranked above, nor by anyone who may not.
    let boss = portal.add(json!({ "name": "Boss", "role": "administrator", "email": address("Boss") })).await;
    let plain = deployment.joined(&portal.ada, &portal.id, "Mia", "member").await;
    let listed = portal.ada.get(&format!("{}/members?q=ada", portal.organization)).await.expect(200);
    let owner = format!("{}/members/{}", portal.organization, listed["items"][0]["id"].as_str().unwrap());
    let before = portal.events().await.len();
    for (who, whom, status, code) in [
        (&sam, &boss, 403, "member-above-yours"),
        (&sam, &owner, 403, "owner-is-fixed"),
        (&plain, &grace, 403, "permission-missing"),
    ] {
        let help = json!({ "username": "mine", "initial_password": INITIAL });
        who.put(&format!("{whom}/login"), Some(help)).await.refused(status, code);
        for deliver in ["mail", "return"] {
            who.post(&format!("{whom}/set-up-link"), json!({ "deliver": deliver })).await.refused(status, code);
        }
        who.post_nothing(&format!("{whom}/sign-out")).await.refused(status, code);
    }
    assert_eq!(portal.events().await.len(), before, "a refusal changes nothing");
}

async fn s4_8_a_letter_with_a_typed_code_leads_to_the_personal_link(deployment: Deployment) {
    let portal = Portal::of(&deployment).await;
    let path = format!("{}/members", portal.organization);
    let added = portal.ada.post(&path, json!({ "name": "Hedy", "set_up_link": "return" })).await.expect(201);
    let code = added["set_up_code"]["text"].as_str().unwrap();
    let page = added["set_up_code"]["page"].as_str().unwrap();
    assert!(page.ends_with("/code"), "{page}");
    // It is nowhere to be read again.
    let member = format!("{path}/{}", added["id"].as_str().unwrap());
    for path in [&member, &format!("{path}?login=false"), &format!("{}/events", portal.organization)] {
        let shown = portal.ada.get(path).await;
        assert!(!shown.text.contains(code) && !shown.text.contains(&token_of(&added["set_up_link"])), "{}", shown.text);
    }
    let sloppy = format!(" {} ", code.replace('-', " ").to_lowercase().replace('0', "o").replace('1', "l"));
    for typed in [code, &sloppy, &code.replace('-', "")] {
        assert_eq!(portal.opened(typed).await, token_of(&added["set_up_link"]), "{typed}");
    }
    let mistyped = code.replace(code.chars().last().unwrap(), "U");
    for typed in ["", "7KQM", &mistyped, &format!("{code}7"), "ÄÖÜÄÖÜÄÖÜÄÖÜ"] {
        let refused = portal.nobody.post(OPEN, json!({ "code": typed })).await.refused(422, "invalid-input");
        assert_eq!(refused["field"], "code", "{typed}");
    }
    let seen = json!({ "token": portal.opened(code).await });
    let seen = portal.nobody.post("/api/v1/set-up-links/inspect", seen).await.expect(200);
    assert_eq!((&seen["name"], &seen["proves_mailbox"]), (&json!("Hedy"), &json!(false)));
    // Opening it spent nothing; setting up spends link and code.
    assert_eq!(portal.without_login().await, 1);
    portal.nobody.post(REDEEM, chosen(&portal.opened(code).await, "hedy")).await.expect(201);
    assert_eq!(portal.without_login().await, 0);
    portal.nobody.post(OPEN, json!({ "code": code })).await.refused(410, "link-spent");

    // A code that goes by mail does not exist, and one that is late is dead before its link is.
    let ida = portal.add(json!({ "name": "Ida", "email": address("Ida") })).await;
    let mailed = portal.ada.post(&format!("{ida}/set-up-link"), json!({ "deliver": "mail" })).await.expect(200);
    assert_eq!((&mailed["link"], &mailed["code"]), (&Value::Null, &Value::Null));
    let (link, code) = portal.hand_over(&ida).await;
    deployment.pass(Duration::days(7));
    portal.nobody.post(OPEN, json!({ "code": code })).await.refused(410, "link-expired");
    portal.nobody.post(REDEEM, chosen(&link, "ida")).await.expect(201);
}

async fn s4_8_a_newer_link_or_code_kills_the_earlier_ones(deployment: Deployment) {
    let portal = Portal::of(&deployment).await;
    let hedy = portal.add(json!({ "name": "Hedy", "email": address("Hedy") })).await;
    let (first_link, first) = portal.hand_over(&hedy).await;
    let (second_link, second) = portal.hand_over(&hedy).await;
    portal.nobody.post(OPEN, json!({ "code": first })).await.refused(404, "unknown-code");
    portal.nobody.post(REDEEM, chosen(&first_link, "hedy")).await.refused(410, "link-superseded");
    assert_eq!(portal.opened(&second).await, second_link);
    // A mailed one kills the code, too; so does another address, and so do a removal and the end of the organization.
    portal.ada.post(&format!("{hedy}/set-up-link"), json!({ "deliver": "mail" })).await.expect(200);
    portal.nobody.post(OPEN, json!({ "code": second })).await.refused(404, "unknown-code");
    portal.nobody.post(REDEEM, chosen(&second_link, "hedy")).await.refused(410, "link-superseded");
    let (_, third) = portal.hand_over(&hedy).await;
    portal.ada.patch(&hedy, json!({ "email": "other@example.org" })).await.expect(200);
    portal.nobody.post(OPEN, json!({ "code": third })).await.refused(410, "link-expired");
    let (_, fourth) = portal.hand_over(&hedy).await;
    portal.ada.delete(&hedy).await.expect(204);
    portal.nobody.post(OPEN, json!({ "code": fourth })).await.refused(404, "unknown-code");
    let ida = portal.add(json!({ "name": "Ida" })).await;
    let (_, last) = portal.hand_over(&ida).await;
    portal.ada.delete(&portal.organization).await.expect(204);
    portal.nobody.post(OPEN, json!({ "code": last })).await.refused(404, "unknown-code");
}

async fn s4_8_an_address_at_a_handed_over_link_recovers_nothing_until_it_is_verified(deployment: Deployment) {
    let portal = Portal::of(&deployment).await;
    let member = portal.add(json!({ "name": "Grace", "email": address("Grace") })).await;
    let (_, code) = portal.hand_over(&member).await;
    let set_up = portal.nobody.post(REDEEM, chosen(&portal.opened(&code).await, "grace")).await.expect(201);
    let grace = client(&deployment, &set_up);
    let emails = async || grace.get("/api/v1/me").await.expect(200)["emails"].clone();
    assert_eq!(emails().await[0]["verified_at"], Value::Null);
    let letters = async || deployment.mails().await.into_iter().filter(|it| it.to.contains("grace@")).count();
    let before = letters().await;
    let ask = async || {
        for path in ["/api/v1/login-links", "/api/v1/password-resets"] {
            for login in ["grace@example.org", "grace"] {
                portal.nobody.post(path, json!({ "login": login })).await.expect(202);
            }
        }
    };
    ask().await;
    assert_eq!(letters().await, before, "neither the address nor the username recovers anything");
    // Verified by itself, it does.
    grace.post("/api/v1/me/emails", json!({ "email": "grace@example.org" })).await.expect(202);
    let verification = deployment.link_to("grace@").await;
    grace.post("/api/v1/me/emails/verify", json!({ "token": verification })).await.expect(200);
    assert!(emails().await[0]["verified_at"].is_string());
    deployment.pass(Duration::minutes(5));
    ask().await;
    let mails = deployment.mails().await;
    let mail = mails.iter().find(|it| it.to.contains("grace@") && it.text.contains("/reset/")).unwrap();
    let reset = link_in(&mail.text);
    let form = json!({ "token": reset, "password": "another fine long password" });
    portal.nobody.post("/api/v1/password-resets/redeem", form).await.expect(201);
}

async fn a28_guesses_end_the_code_and_never_the_member(deployment: Deployment) {
    let portal = Portal::of(&deployment).await;
    let hedy = portal.add(json!({ "name": "Hedy" })).await;
    let (link, code) = portal.hand_over(&hedy).await;
    let unknown = portal.nobody.post(OPEN, json!({ "code": guess("00000-00000-0", 3) })).await;
    unknown.refused(404, "unknown-code");
    for number in 0..4 {
        let wrong = portal.nobody.post(OPEN, json!({ "code": guess(&code, number) })).await;
        wrong.refused(404, "unknown-code");
        let same = |it: &membership_tests::client::Answer| {
            let mut body = it.json();
            body.as_object_mut().unwrap().remove("request_id");
            body
        };
        assert_eq!(same(&wrong), same(&unknown), "a guess does not learn whether there is such a code");
    }
    assert_eq!(portal.opened(&code).await, link, "four wrong ones do not end it");
    portal.nobody.post(OPEN, json!({ "code": guess(&code, 4) })).await.refused(404, "unknown-code");
    portal.nobody.post(OPEN, json!({ "code": code })).await.refused(404, "unknown-code");
    let missed: Vec<_> = portal.events().await.into_iter().filter(|(name, _)| name == "set-up-code-missed").collect();
    assert_eq!(missed.len(), 5, "whoever administers sees that somebody guesses");
    assert_eq!(missed[0].1["after"]["set_up_code_misses"], 5, "{:#}", missed[0].1);
    // The member and the link live; another code can be made.
    portal.nobody.post("/api/v1/set-up-links/inspect", json!({ "token": link })).await.expect(200);
    let (_, another) = portal.hand_over(&hedy).await;
    portal.nobody.post(REDEEM, chosen(&portal.opened(&another).await, "hedy")).await.expect(201);
}

async fn a28_many_guesses_at_once_get_no_further_than_one_after_the_other(deployment: Deployment) {
    let portal = Portal::of(&deployment).await;
    let hedy = portal.add(json!({ "name": "Hedy" })).await;
    let (link, code) = portal.hand_over(&hedy).await;
    let guesses = (0..32).map(|number| portal.nobody.post(OPEN, json!({ "code": guess(&code, number) })));
    for answer in join_all(guesses).await {
        answer.refused(404, "unknown-code");
    }
    let missed = portal.events().await.iter().filter(|(name, _)| name == "set-up-code-missed").count();
    assert_eq!(missed, 5, "the others found no code any more");
    portal.nobody.post(OPEN, json!({ "code": code })).await.refused(404, "unknown-code");
    portal.nobody.post(REDEEM, chosen(&link, "hedy")).await.expect(201);
}

async fn a14_a_code_is_no_link_and_a_link_no_code(deployment: Deployment) {
    let portal = Portal::of(&deployment).await;
    let hedy = portal.add(json!({ "name": "Hedy" })).await;
    let (link, code) = portal.hand_over(&hedy).await;
    portal.nobody.post(OPEN, json!({ "code": link })).await.refused(422, "invalid-input");
    portal.nobody.post("/api/v1/set-up-links/inspect", json!({ "token": code })).await.refused(404, "unknown-link");
    portal.nobody.post(REDEEM, chosen(&code, "hedy")).await.refused(404, "unknown-link");
    for (path, more) in [
        ("/api/v1/login-links/redeem", json!({})),
        ("/api/v1/password-resets/redeem", json!({ "password": PASSWORD })),
        ("/api/v1/invitations/inspect", json!({})),
        ("/api/v1/users/verify", json!({ "password": PASSWORD })),
    ] {
        for token in [&link, &code] {
            let mut form = json!({ "token": token });
            form.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            portal.nobody.post(path, form).await.refused(404, "unknown-link");
        }
    }
    portal.nobody.post(REDEEM, chosen(&link, "hedy")).await.expect(201);
}

async fn a12_a_code_sets_up_one_login_for_thirty_two_at_once(deployment: Deployment) {
    let portal = Portal::of(&deployment).await;
    let hedy = portal.add(json!({ "name": "Hedy" })).await;
    let (_, code) = portal.hand_over(&hedy).await;
    let rivals = (0..32).map(|number| {
        let (nobody, code) = (portal.nobody.clone(), code.clone());
        async move {
            let opened = nobody.post(OPEN, json!({ "code": code })).await;
            let Some(token) = opened.json()["token"].as_str().map(str::to_owned) else { return opened };
            nobody.post(REDEEM, chosen(&token, &format!("hedy{}", number + 2))).await
        }
    });
    let answers = join_all(rivals).await;
    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
    assert_eq!(won.len(), 1);
    for answer in lost {
        // Too many hashes at once are turned away, not answered wrongly (I18).
        let busy = answer.status == 503;
        assert!(busy || answer.json()["code"] == "link-spent", "{} {}", answer.status, answer.text);
    }
    assert_eq!(portal.without_login().await, 0);
}

async fn s4_8_a_new_link_while_the_old_one_is_redeemed_is_one_after_the_other(deployment: Deployment) {
    let portal = Portal::of(&deployment).await;
    for round in 0..12 {
        let member = portal.add(json!({ "name": format!("Person {round}") })).await;
        let (old, code) = portal.hand_over(&member).await;
        let path = format!("{member}/set-up-link");
        let names = [format!("one{round}x"), format!("two{round}x")];
        let redeem = |name: &str| portal.nobody.post(REDEEM, chosen(&old, name));
        let renew = async {
            // Not always the first and not always the last to come.
            for _ in 0..round {
                tokio::task::yield_now().await;
            }
            portal.ada.post(&path, json!({ "deliver": "return" })).await
        };
        let opening = portal.nobody.post(OPEN, json!({ "code": code }));
        let (one, two, renewed, opened) = tokio::join!(redeem(&names[0]), redeem(&names[1]), renew, opening);
        let won = [&one, &two].iter().filter(|it| it.status == 201).count();
        let reasons: Vec<_> =
            [&one, &two].iter().filter(|it| it.status != 201).map(|it| it.json()["code"].clone()).collect();
        // Either the old link was first: one of the two has it, and there is nobody left to make a link for. Or the new
        // one was: then both come too late, and the new link works.
        if renewed.status == 200 {
            assert_eq!((won, &reasons), (0, &vec![json!("link-superseded"); 2]), "{round}");
            let fresh = renewed.json();
            assert_eq!(portal.opened(fresh["code"]["text"].as_str().unwrap()).await, token_of(&fresh["link"]));
            portal.nobody.post(OPEN, json!({ "code": code })).await.refused(404, "unknown-code");
            portal.nobody.post(REDEEM, chosen(&token_of(&fresh["link"]), &names[0])).await.expect(201);
        } else {
            let told = renewed.json()["code"].clone();
            assert!(told == "login-exists" || told == "changed-meanwhile", "{round}: {}", renewed.text);
            assert_eq!((won, &reasons), (1, &vec![json!("link-spent")]), "{round}");
        }
        let known = ["link-spent", "link-superseded", "unknown-code"];
        let told = opened.json()["code"].as_str().map(str::to_owned);
        assert!(opened.status == 200 || told.is_some_and(|it| known.contains(&it.as_str())), "{}", opened.text);
        assert_eq!(portal.without_login().await, 0, "{round}: exactly one of them has a login");
    }
}
