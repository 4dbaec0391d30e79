//! Files of a list are sent as they are read.

use std::collections::BTreeSet;

use http::StatusCode;
use http_body_util::BodyExt;
use membership_core::port::StoreError;
use membership_testkit::memory::FaultPoint;
use serde_json::json;

use crate::site::Site;

#[tokio::test]
async fn s2_10_an_export_is_on_its_way_before_its_last_row_is_read() {
    let site = Site::new();
    let ada = site.person("Ada").await;
    let acme = site.organization(&ada, "member_portal").await;
    for number in 0..250 {
        let form = json!({"name": format!("Person {number}")});
        site.post(&format!("{acme}/members")).by(&ada).json(&form).send().await.expect(201);
    }
    let export = || site.get(&format!("{acme}/members.csv")).by(&ada);
    let begun = export().answer().await;
    assert_eq!(begun.status(), StatusCode::OK);
    let mut body = begun.into_body();
    let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
    assert_eq!(String::from_utf8_lossy(&first).lines().count(), 101, "a header and one page");
    // What has arrived was sent without the rest: nobody has asked for it.
    site.store.fail_next(FaultPoint::List, StoreError::Unavailable("gone".to_owned()));
    assert!(body.frame().await.unwrap().is_err(), "a store that fails breaks the file off");

    let whole = export().send().await.expect(200);
    let text = String::from_utf8(whole.bytes).unwrap();
    let ids: BTreeSet<_> = text.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert_eq!((text.lines().count(), ids.len()), (252, 251), "a header, and everybody once");
}
