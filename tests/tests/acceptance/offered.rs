//! A button that would be refused does not exist, and one that would be carried out does: every page of every preset, as
//! each role sees it, against what the API says that its viewer may do (S1.9).

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use membership_tests::client::Client;
use membership_tests::deployment::{Deployment, address};
use membership_tests::on_every_store;
use serde_json::{Value, json};

on_every_store! {
    s1_9_every_page_offers_just_what_its_viewer_may,
}

/// Presets, each with its roles below the owner.
const PRESETS: [(&str, &[&str]); 5] = [
    ("team", &["admin", "member"]),
    ("group_subscription", &["administrator", "member"]),
    ("learning_platform", &["administrator", "author", "trainee"]),
    ("account", &["administrator", "editor", "viewer"]),
    ("member_portal", &["administrator", "security_administrator", "member"]),
];

/// What may be done to a member, by the last part of the page's address.
const OF_MEMBERS: [(&str, &str, &str); 11] = [
    ("role", "change_role", "Change role"),
    ("allocate-seat", "allocate_seat", ""),
    ("release-seat", "release_seat", ""),
    ("deactivation-date", "set_deactivation_date", "Set an end date"),
    ("reactivate", "reactivate", ""),
    ("login", "set_login", ""),
    ("set-up-link", "send_set_up_link", ""),
    ("sign-out", "sign_out", ""),
    ("suspend", "suspend", "Suspend"),
    ("transfer-ownership", "transfer_ownership", "Transfer ownership"),
    ("remove", "remove", "Remove"),
];
const OF_INVITATIONS: [(&str, &str); 3] = [("resend", "resend"), ("link", "hand_over"), ("revoke", "revoke")];

/// What may be done to the organization, by where a page or its form is.
const OF_THE_ORGANIZATION: [(&str, &str); 24] = [
    ("invite", "invite"),
    ("add-member", "invite"),
    ("settings/name", "rename"),
    ("settings/looks", "customize"),
    ("settings/second-factor", "change_policy"),
    ("settings/delete", "delete"),
    ("seats/when-full", "set_when_full"),
    ("backup", "take_backup"),
    ("invitations", "view_invitations"),
    ("log", "view_audit"),
    ("keys", "view_keys"),
    ("keys/new", "create_key"),
    ("members/import", "invite"),
    ("members/import-template.csv", "invite"),
    ("records", "view_records"),
    ("roster", "send_rounds"),
    ("roster/report", "send_rounds"),
    ("roster/report.csv", "send_rounds"),
    ("roster/clear-logins", "clear_logins"),
    ("templates", "edit_templates"),
    ("groups", "view_groups"),
    ("programs", "view_groups"),
    ("groups.csv", "view_groups"),
    ("members.csv", "view_members"),
];

/// What can be done to several members at once.
const IN_BULK: [&str; 6] = ["change_role", "allocate_seat", "release_seat", "reactivate", "suspend", "remove"];

/// Whoever looks: by cookie, as a browser.
struct Viewer {
    who: String,
    browser: Client,
    organization: String,
}

/// What somebody is offered or may do: to whom or what, and which action.
type Offers = BTreeSet<(String, String)>;

async fn s1_9_every_page_offers_just_what_its_viewer_may(deployment: Deployment) {
    let mut looked_at = 0;
    for (preset, roles) in PRESETS {
        let ada = deployment.person(&format!("Ada {preset}")).await;
        let organization = deployment.founded(&ada, preset).await;
        let mut people = vec![("owner".to_owned(), ada.clone())];
        for role in roles {
            let name = format!("{role}{preset}").replace('_', "");
            people.push(((*role).to_owned(), deployment.joined(&ada, &organization, &name, role).await));
        }
        furnish(&ada, &organization, preset).await;
        for (role, person) in people {
            let cookie = format!("membership={}", person.token.as_deref().unwrap());
            let browser = Client::new(deployment.router(), None).with("cookie", cookie);
            let viewer = Viewer { who: format!("{role} of {preset}"), browser, organization: organization.clone() };
            looked_at += viewer.walk().await;
        }
    }
    assert!(looked_at > 300, "too few pages are found: {looked_at}");
}

/// Puts something of every kind into the organization.
async fn furnish(ada: &Client, organization: &str, preset: &str) {
    let acme = format!("/api/v1/organizations/{organization}");
    ada.post(&format!("{acme}/invitations"), json!({ "email": address(&format!("dora {preset}")) })).await.expect(201);
    ada.post(&format!("{acme}/members"), json!({ "name": "Hedy Lamarr" })).await.expect(201);
    let group = ada.post(&format!("{acme}/groups"), json!({ "name": "North" })).await.expect(201);
    let program = json!({ "name": "Safety", "groups": [group["id"]] });
    let program = ada.post(&format!("{acme}/programs"), program).await.expect(201);
    let session = json!({
        "title": "Ropes", "starts_at": "2026-05-02T09:00:00Z", "ends_at": "2026-05-03T09:00:00Z",
    });
    let sessions = format!("{acme}/programs/{}/sessions", program["id"].as_str().unwrap());
    ada.post(&sessions, session).await.expect(201);
}

impl Viewer {
    /// Follows every link from the overview on; gives back how many pages there were.
    async fn walk(&self) -> usize {
        let home = format!("/organizations/{}", self.organization);
        let mut waiting = VecDeque::from([home.clone()]);
        let mut seen = BTreeMap::new();
        while let Some(path) = waiting.pop_front() {
            if seen.contains_key(&path) {
                continue;
            }
            let page = self.browser.get(&path).await;
            assert_eq!(page.status, 200, "{}: a link leads to {path}:\n{}", self.who, page.text);
            let links = values(&page.text, "<a ", "href").into_iter().filter(|it| it.starts_with(&home));
            waiting.extend(links.filter(|it| !it.contains(".csv")).map(|it| without_query(&it)));
            seen.insert(path, page.text);
        }
        let (may, members) = self.may().await;
        let offered = self.offered(&home, &seen, &may);
        let unknown: Vec<_> = offered.difference(&may).collect();
        assert!(unknown.is_empty(), "{}: offered, and not allowed: {unknown:?}", self.who);
        let hidden: Vec<_> = may.difference(&offered).collect();
        assert!(hidden.is_empty(), "{}: allowed, and not offered: {hidden:?}", self.who);
        if may.contains(&(String::new(), "invite".to_owned())) {
            self.is_told_why_not(&home, &seen, &members);
        }
        seen.len()
    }

    /// What the links and forms of all these pages offer.
    fn offered(&self, home: &str, pages: &BTreeMap<String, String>, may: &Offers) -> Offers {
        let mut offered = Offers::new();
        for (path, html) in pages {
            let links = values(html, "<a ", "href").into_iter().map(|it| it.replace("/api/v1", ""));
            for link in links.filter(|it| it.starts_with(home)) {
                offered.extend(self.needed(home, &without_query(&link), may, false));
            }
            for form in html.split("<form").skip(1).map(|form| form.split("</form>").next().unwrap_or_default()) {
                if !form.contains("method=\"post\"") {
                    continue;
                }
                let action = values(&format!("<form{form}"), "<form", "action").into_iter().next().unwrap();
                if action.starts_with(home) {
                    let needed = self.needed(home, &action, may, true);
                    assert!(!needed.is_empty(), "{}: no rule of this test knows {action}, on {path}", self.who);
                    offered.extend(needed);
                }
            }
        }
        offered
    }

    /// What one must be allowed for what an address does.
    fn needed(&self, home: &str, address: &str, may: &Offers, sends: bool) -> Vec<(String, String)> {
        let rest = address.strip_prefix(home).unwrap_or_default().trim_start_matches('/');
        let of_all = |action: &str| vec![(String::new(), action.to_owned())];
        if let Some((_, action)) = OF_THE_ORGANIZATION.iter().find(|(place, _)| *place == rest) {
            let makes = sends && ["groups", "programs"].contains(&rest);
            return of_all(if makes { "manage_groups" } else { action });
        }
        let parts: Vec<_> = rest.split('/').collect();
        let named = |actions: &[(&str, &str)], slug: &str| {
            actions.iter().find(|(it, _)| *it == slug).map(|(_, action)| (*action).to_owned())
        };
        match parts.as_slice() {
            ["leave"] => of_all("leave"),
            ["members"] => of_all("view_members"),
            ["members", _, "groups"] => of_all("manage_groups"),
            ["members", member, slug] => {
                let actions = OF_MEMBERS.map(|(slug, action, _)| (slug, action));
                named(&actions, slug).map(|action| ((*member).to_owned(), action)).into_iter().collect()
            }
            ["invitations", invitation, slug] => {
                named(&OF_INVITATIONS, slug).map(|action| ((*invitation).to_owned(), action)).into_iter().collect()
            }
            ["keys", _, "revoke"] => of_all("view_keys"),
            ["templates", ..] => of_all("edit_templates"),
            // Several at once: what can be done to those that are ticked can be done to one of them alone, too.
            ["seats"] if sends => one_of(may, &["allocate_seat"]),
            ["members", "several"] => one_of(may, &IN_BULK),
            ["invitations", "several"] => one_of(may, &["resend", "revoke"]),
            ["groups" | "programs" | "sessions", ..] if sends => of_all("manage_groups"),
            ["groups" | "programs" | "sessions", _, "delete"] => of_all("manage_groups"),
            _ => Vec::new(),
        }
    }

    /// What the API says that the viewer may do, as far as pages offer it; and the members that the viewer sees.
    async fn may(&self) -> (Offers, Vec<Value>) {
        let acme = format!("/api/v1/organizations/{}", self.organization);
        let organization = self.browser.get(&acme).await.expect(200);
        let mut may = Offers::new();
        let of_all: BTreeSet<_> = OF_THE_ORGANIZATION.iter().map(|(_, action)| *action).collect();
        let others = ["view_members", "manage_groups"];
        for action in actions(&organization) {
            if of_all.contains(action.as_str()) || others.contains(&action.as_str()) {
                may.insert((String::new(), action));
            }
        }
        let own = actions(&organization["membership"]);
        may.extend(own.into_iter().filter(|it| it == "leave").map(|it| (String::new(), it)));
        let mut members = Vec::new();
        if may.contains(&(String::new(), "view_members".to_owned())) {
            members = self.listed(&format!("{acme}/members")).await;
        }
        for member in &members {
            let of_members =
                actions(member).into_iter().filter(|it| OF_MEMBERS.iter().any(|(_, known, _)| known == it));
            may.extend(of_members.map(|action| (member["id"].as_str().unwrap().to_owned(), action)));
        }
        if may.contains(&(String::new(), "view_invitations".to_owned())) {
            for invitation in self.listed(&format!("{acme}/invitations")).await {
                let id = invitation["id"].as_str().unwrap();
                may.extend(actions(&invitation).into_iter().map(|action| (id.to_owned(), action)));
            }
        }
        (may, members)
    }

    async fn listed(&self, path: &str) -> Vec<Value> {
        self.browser.get(path).await.expect(200)["items"].as_array().unwrap().clone()
    }

    /// Whoever administers is told, on a member's page, which rule keeps what is not offered.
    fn is_told_why_not(&self, home: &str, pages: &BTreeMap<String, String>, members: &[Value]) {
        for member in members {
            let page = &pages[&format!("{home}/members/{}", member["id"].as_str().unwrap())];
            let allowed = actions(member);
            for (_, action, label) in OF_MEMBERS.into_iter().filter(|(_, _, label)| !label.is_empty()) {
                let told = page.contains(&format!("<dt>{label}</dt>"));
                let offered = allowed.iter().any(|it| it == action);
                assert_ne!(told, offered, "{}: {label} of {}: {page}", self.who, member["name"]);
            }
        }
    }
}

/// One of what somebody may do, if it is among these actions.
fn one_of(may: &Offers, actions: &[&str]) -> Vec<(String, String)> {
    let among = |(_, action): &&(String, String)| actions.contains(&action.as_str());
    may.iter().filter(among).take(1).cloned().collect()
}

fn actions(it: &Value) -> Vec<String> {
    let actions = it["allowed_actions"].as_array().into_iter().flatten();
    actions.map(|action| action.as_str().unwrap().to_owned()).collect()
}

/// What an attribute says in every tag of a kind.
fn values(html: &str, tag: &str, attribute: &str) -> Vec<String> {
    let tags = html.split(tag).skip(1).map(|rest| rest.split('>').next().unwrap_or_default());
    let value = |tag: &str| Some(tag.split_once(&format!("{attribute}=\""))?.1.split('"').next()?.to_owned());
    tags.filter_map(value).collect()
}

fn without_query(path: &str) -> String {
    path.split(['?', '#']).next().unwrap_or_default().to_owned()
}
