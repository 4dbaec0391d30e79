//! Records and with whom they are shared, from more than one window.

use http::StatusCode;
use membership_core::command::PutRecord;
use membership_core::draft::Actor;
use membership_core::resource::ResourceName;

use crate::browser::{Browser, Shown, id_of, owner, version_of, world};
use crate::joined;

/// Sends the form of one share as a window holds it that was shown this version.
async fn share(browser: &mut Browser, record: &str, member: &str, (level, version): (&str, &str)) -> Shown {
    let fields = [("member", member), ("level", level), ("version", version)];
    browser.post(record, &format!("{record}/shares"), &fields).await
}

#[tokio::test]
async fn s3_4_a_share_that_was_changed_in_another_window_shows_both() {
    let (world, _, router) = world();
    let (mut ada, team) = owner(&world, &router, "team").await;
    let (organization, by) = (id_of(&team), Actor::Operator(None));
    let member = joined(&world, organization).await;
    let resource = ResourceName::parse("report", "1").unwrap();
    let put = PutRecord { organization, by, resource, restricted: true, expected: None };
    world.memberships.execute(&put).await.unwrap();
    let (record, id) = (format!("{team}/records/report/1"), member.id.to_string());
    let done = Some(format!("{record}?done=record-shared&of={id}"));
    let row = |version: &str| {
        format!("name=\"member\" value=\"{id}\"><input type=\"hidden\" name=\"version\" value=\"{version}\"")
    };

    let found = ada.get(&format!("{record}?who=Person")).await.html;
    assert!(found.contains(&row("0")), "{found}");
    for _ in 0..2 {
        let shared = share(&mut ada, &record, &id, ("view", "0")).await;
        assert_eq!(shared.location, done, "pressed twice, it is as it was asked for: {}", shared.html);
    }
    let stale = share(&mut ada, &record, &id, ("edit", "0")).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    for part in ["changed this meanwhile", "it is now “May view”", "value=\"edit\" selected", &row("1")] {
        assert!(stale.html.contains(part), "{part}: {}", stale.html);
    }
    let found = ada.get(&format!("{record}?who=Person")).await.html;
    assert_eq!(found.matches(&row("1")).count(), 2, "the share, and who was found: {found}");
    // The next press decides.
    assert_eq!(share(&mut ada, &record, &id, ("edit", "1")).await.location, done);

    let ended = ada.post(&record, &format!("{record}/shares/end"), &[("member", &id)]).await;
    assert_eq!(ended.location, Some(format!("{record}?done=record-unshared&of={id}")), "{}", ended.html);
    let stale = share(&mut ada, &record, &id, ("control", "2")).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    let name = member.name.as_str();
    for part in [name, "it is now “Not shared”", "value=\"control\" selected", &row("0")] {
        assert!(stale.html.contains(part), "{part}: {}", stale.html);
    }
    assert!(!stale.html.contains("/shares/end\""), "there is no share to end: {}", stale.html);
    assert_eq!(share(&mut ada, &record, &id, ("control", "0")).await.location, done);
}

#[tokio::test]
async fn s3_4_a_restriction_that_was_changed_in_another_window_is_shown_as_it_is() {
    let (world, _, router) = world();
    let (mut ada, team) = owner(&world, &router, "team").await;
    let (organization, by) = (id_of(&team), Actor::Operator(None));
    let resource = ResourceName::parse("report", "1").unwrap();
    let put = |restricted| PutRecord { organization, by, resource: resource.clone(), restricted, expected: None };
    world.memberships.execute(&put(false)).await.unwrap();
    let record = format!("{team}/records/report/1");
    let restriction = format!("{record}/restriction");
    let seen = version_of(&ada.get(&record).await.html);
    let mine = [("restricted", "yes"), ("version", seen.as_str())];

    world.memberships.execute(&put(true)).await.unwrap();
    let same = ada.post(&record, &restriction, &mine).await;
    assert_eq!(same.status, StatusCode::SEE_OTHER, "it is as it was asked for: {}", same.html);
    world.memberships.execute(&put(false)).await.unwrap();
    let stale = ada.post(&record, &restriction, &mine).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    for part in ["changed this meanwhile", "name=\"restricted\" value=\"yes\""] {
        assert!(stale.html.contains(part), "{part}: {}", stale.html);
    }
    // The next press decides.
    let now = version_of(&stale.html);
    let done = ada.post(&record, &restriction, &[("restricted", "yes"), ("version", now.as_str())]).await;
    let told = format!("{record}?done=record-restricted&of=");
    assert!(done.location.is_some_and(|it| it.starts_with(&told)), "{}", done.html);
}
