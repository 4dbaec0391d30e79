//! Organizations and their members.

use serde_json::json;

use crate::site::{Site, shown};

#[tokio::test]
async fn an_organization_is_founded_renamed_and_deleted() {
    let site = Site::new();
    let ada = site.person("Ada").await;
    let form = json!({"name": "Acme", "preset": "account", "language": "fr"});
    let founded = site.post("/organizations").by(&ada).json(&form).send().await.expect(201);
    insta::assert_json_snapshot!("organization", shown(&founded.json()));
    let acme = founded.header("location").to_owned();
    let tag = founded.header("etag").to_owned();
    let rename = |name: &str| site.patch(&acme).by(&ada).header("if-match", &tag).json(&json!({"name": name}));
    let renamed = rename("Acme II").send().await.expect(200);
    assert_eq!(renamed.text("name"), "Acme II");
    rename("Acme III").send().await.refused(412, "changed-meanwhile");
    site.delete(&acme).by(&ada).header("if-match", &tag).send().await.refused(412, "changed-meanwhile");
    let tag = renamed.header("etag").to_owned();
    site.delete(&acme).by(&ada).header("if-match", &tag).send().await.expect(204);
    site.get(&acme).by(&ada).send().await.refused(404, "unknown-organization");
}

#[tokio::test]
async fn the_rules_and_the_subscription_can_be_read() {
    let site = Site::new();
    let ada = site.person("Ada").await;
    let acme = site.organization(&ada, "group_subscription").await;
    let policy = site.get(&format!("{acme}/policy")).by(&ada).send().await.expect(200).json();
    insta::assert_json_snapshot!("policy", shown(&policy));
    let subscription = site.get(&format!("{acme}/subscription")).by(&ada).send().await.expect(200).json();
    let expected = json!({"seat_limit": null, "assigned": 0, "reserved": 0, "free": null, "seat_policy": "by_hand",
        "waiting": 0, "when_full": "refuse", "plan": null, "expires_at": null, "grace_days": 0, "grace_ends_at": null,
        "state": "active", "contact": null, "seats_url": subscription["seats_url"]});
    assert_eq!(subscription, expected);
    assert!(subscription["seats_url"].as_str().unwrap().ends_with(&format!("{}/seats", &acme)));
}

#[tokio::test]
async fn members_are_listed_in_pages_with_what_may_be_done_to_them() {
    let site = Site::new();
    let ada = site.person("Ada").await;
    let acme = site.organization(&ada, "team").await;
    for name in ["Bob", "Cleo", "Dora"] {
        let mut guest = site.person(name).await;
        site.join(&acme, &ada, &mut guest, if name == "Bob" { "admin" } else { "member" }).await;
    }
    let members = format!("{acme}/members");
    let first = site.get(&format!("{members}?limit=3")).by(&ada).send().await.expect(200).json();
    insta::assert_json_snapshot!("members", shown(&first));
    let next = format!("{members}?limit=3&cursor={}", first["next_cursor"].as_str().unwrap());
    let second = site.get(&next).by(&ada).send().await.expect(200).json();
    assert_eq!((&second["items"][0]["name"], &second["next_cursor"]), (&json!("Dora"), &json!(null)));
    let names = async |query: &str| {
        let page = site.get(&format!("{members}?{query}")).by(&ada).send().await.expect(200).json();
        let items = page["items"].as_array().unwrap();
        items.iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("q=CLE").await, ["Cleo"]);
    assert_eq!(names("role=member&sort=name").await, ["Cleo", "Dora"]);
    assert_eq!(names("status=suspended").await, [""; 0]);
    assert_eq!(names("login=true&limit=1").await, ["Ada"]);
}

#[tokio::test]
async fn a_member_is_changed_one_thing_at_a_time() {
    let site = Site::new();
    let (ada, mut bob) = (site.person("Ada").await, site.person("Bob").await);
    let acme = site.organization(&ada, "team").await;
    let member = site.join(&acme, &ada, &mut bob, "member").await;
    let tag = site.get(&member).by(&ada).send().await.expect(200).header("etag").to_owned();
    let change = |body| site.patch(&member).by(&ada).json(&body);
    let promoted = change(json!({"role": "admin"})).header("if-match", &tag).send().await.expect(200);
    assert_eq!(promoted.text("role"), "admin");
    change(json!({"role": "member"})).header("if-match", &tag).send().await.refused(412, "changed-meanwhile");
    let dated = change(json!({"deactivates_at": "2026-06-01T00:00:00+02:00"})).send().await.expect(200);
    assert_eq!(dated.text("deactivates_at"), "2026-05-31T22:00:00Z");
    let cleared = change(json!({"deactivates_at": null})).send().await.expect(200);
    assert_eq!(cleared.json()["deactivates_at"], json!(null));
    change(json!({"deactivates_at": "2020-01-01T00:00:00Z"})).send().await.refused(422, "date-in-the-past");
    for body in [json!({}), json!({"role": "admin", "deactivates_at": null})] {
        assert_eq!(change(body).send().await.refused(422, "invalid-input").json()["rule"], "one-change");
    }
}

#[tokio::test]
async fn i8_suspension_and_removal_hold_from_the_next_request_on() {
    let site = Site::new();
    let (ada, mut bob) = (site.person("Ada").await, site.person("Bob").await);
    let acme = site.organization(&ada, "team").await;
    let member = site.join(&acme, &ada, &mut bob, "member").await;
    let suspension = format!("{member}/suspension");
    site.post(&suspension).by(&ada).send().await.expect(200);
    site.get(&acme).by(&bob).send().await.refused(403, "membership-suspended");
    site.post(&suspension).by(&ada).json(&json!({})).send().await.refused(409, "already-suspended");
    site.delete(&suspension).by(&ada).send().await.expect(200);
    site.get(&acme).by(&bob).send().await.expect(200);
    site.delete(&member).by(&bob).send().await.refused(403, "permission-missing");
    site.delete(&member).by(&ada).send().await.expect(204);
    site.get(&acme).by(&bob).send().await.refused(404, "unknown-organization");
    site.get(&member).by(&ada).send().await.refused(404, "unknown-member");
    site.mailed().await;
}

#[tokio::test]
async fn ownership_passes_on_and_the_former_owner_leaves() {
    let site = Site::new();
    let (ada, mut bob) = (site.person("Ada").await, site.person("Bob").await);
    let acme = site.organization(&ada, "team").await;
    let member = site.join(&acme, &ada, &mut bob, "member").await;
    site.post(&format!("{acme}/leave")).by(&ada).send().await.refused(409, "owner-cannot-leave");
    let to = json!({"member_id": member.rsplit('/').next().unwrap()});
    let ownership = format!("{acme}/ownership");
    site.post(&ownership).by(&bob).json(&to).send().await.refused(403, "owner-only");
    let transferred = site.post(&ownership).by(&ada).json(&to).send().await.expect(200).json();
    assert_eq!((&transferred["owner"], &transferred["membership"]["role"]), (&json!("Bob"), &json!("admin")));
    site.post(&format!("{acme}/leave")).by(&ada).send().await.expect(204);
    site.get(&acme).by(&ada).send().await.refused(404, "unknown-organization");
}

#[tokio::test]
async fn seats_are_allocated_by_hand_up_to_the_limit() {
    let site = Site::new();
    let (ada, mut bob) = (site.person("Ada").await, site.person("Bob").await);
    let acme = site.organization(&ada, "group_subscription").await;
    let member = site.join(&acme, &ada, &mut bob, "member").await;
    let seat = format!("{member}/seat");
    let limit = |seats: u32| {
        let path = format!("/api/v1/operator{acme}/subscription");
        site.put(&path).bearing(crate::site::OPERATOR).json(&json!({"seat_limit": seats}))
    };
    limit(0).send().await.expect(200);
    let full = site.put(&seat).by(&ada).send().await.refused(409, "seat-limit-reached").json();
    assert_eq!((&full["limit"], &full["current"]), (&json!(0), &json!(0)));
    limit(1).send().await.expect(200);
    assert_eq!(site.put(&seat).by(&ada).send().await.expect(200).json()["access"]["level"], "full");
    site.put(&seat).by(&ada).send().await.refused(409, "seat-held");
    assert_eq!(site.delete(&seat).by(&ada).send().await.expect(200).json()["access"]["because"], "seat-missing");
}

#[tokio::test]
async fn i15_the_audit_log_tells_who_did_what_in_pages() {
    let site = Site::new();
    let ada = site.person("Ada").await;
    let acme = site.organization(&ada, "team").await;
    for name in ["Two", "Three", "Four"] {
        let rename = site.patch(&acme).by(&ada).header("x-request-id", "request-1");
        rename.json(&json!({"name": name})).send().await.expect(200);
    }
    let events =
        async |query: &str| site.get(&format!("{acme}/events?{query}")).by(&ada).send().await.expect(200).json();
    let sequences = |page: &serde_json::Value| -> Vec<u64> {
        page["items"].as_array().unwrap().iter().map(|it| it["sequence"].as_u64().unwrap()).collect()
    };
    let first = events("limit=2").await;
    assert_eq!((sequences(&first), &first["next_before"]), (vec![5, 4], &json!(4)));
    insta::assert_json_snapshot!("event", shown(&first["items"][0]));
    assert_eq!(sequences(&events("limit=2&before=4").await), [3, 2]);
    let new = events("after=3&limit=2").await;
    assert_eq!((sequences(&new), &new["next_before"]), (vec![5, 4], &json!(null)));
    assert_eq!(sequences(&events("event=organization-renamed").await), [5, 4, 3]);
    assert_eq!(sequences(&events(&format!("actor={}&limit=1", ada.id)).await), [5]);
}
