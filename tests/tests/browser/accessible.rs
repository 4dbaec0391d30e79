//! Every page of the example, in light and dark, on a phone and a desktop: an accessibility engine finds nothing, nothing
//! is cut off or has to be scrolled sideways, and the console stays silent.

use membership_tests::browser::Browser;
use membership_tests::gallery;
use membership_tests::process::Start;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// axe-core 4.14.1 (MPL-2.0), `axe.min.js` of the npm package.
const AXE: &str = include_str!("../../vendor/axe-core/axe.min.js");
const AXE_OF_THE_PACKAGE: &str = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c";

/// The rules of WCAG 2.2 at levels A and AA.
const RULES: &str = "{ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }";

#[test]
fn the_accessibility_engine_is_what_was_published() {
    assert_eq!(data_encoding::HEXLOWER.encode(&Sha256::digest(AXE)), AXE_OF_THE_PACKAGE);
}

#[tokio::test]
async fn every_page_is_accessible_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let server = Start { data_dir: folder.path().to_owned(), demo: true, ..Start::default() }.run().await;
    let browser = Browser::open(1280, 860).await;
    let mut found = Vec::new();
    let mut looked = 0;
    gallery::walk(&browser, &server.origin, async |scene, size, scheme| {
        looked += 1;
        let here = format!("{} ({size}, {scheme})", scene.name);
        found.extend(violations(&browser).await.into_iter().map(|it| format!("{here}: {it}")));
        let overflow = browser.wider_than_the_window().await;
        if overflow > 0 {
            found.push(format!("{here}: the page is {overflow} pixels too wide"));
        }
        // A refused page is told with its status, which the console repeats.
        let told = browser.console().await.into_iter().filter(|line| !line.contains("the server responded with"));
        found.extend(told.map(|line| format!("{here}: the console says {line}")));
    })
    .await;
    // The engine can find something: a picture without words.
    browser
        .script("const it = document.createElement('img'); it.src = '/assets/icon.svg'; document.body.append(it)")
        .await;
    assert!(violations(&browser).await.iter().any(|it| it.starts_with("image-alt")));
    assert!(looked > 80, "the pages are not found: {looked}");
    assert!(found.is_empty(), "{} findings:\n{}", found.len(), found.join("\n"));
    browser.close().await;
}

/// What the engine finds on the page that is shown: rule, help and the first element.
async fn violations(browser: &Browser) -> Vec<String> {
    let run = format!(
        "{AXE}; const done = arguments[arguments.length - 1];
         axe.run(document, {RULES}).then(it => done(it.violations.map(v => v.id + ': ' + v.help + ' ' +
             v.nodes.slice(0, 2).map(n => n.target.join(' ') + ' ' + (n.any[0]?.message ?? '')).join(' | '))))
             .catch(error => done(['the engine failed: ' + error]));"
    );
    let told = browser.page.execute_async(&run, Vec::new()).await.expect("the engine runs");
    told.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}
