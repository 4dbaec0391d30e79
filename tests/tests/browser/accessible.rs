//! Every page of the example, in light and dark, on a phone and a desktop: nothing is cut off or has to be scrolled sideways,
//! and the console stays silent. An accessibility engine looks at each on both screens and in both schemes and finds nothing;
//! it takes so long that the other two pairs are left to the stories, which look at each page they come by. Lists of a
//! thousand are left to the pictures: they consist of what is looked at here, and filling them takes long.

use membership_tests::axe::violations;
use membership_tests::browser::Browser;
use membership_tests::gallery::{Asked, Example, SIZES, walk};

/// The narrowest screen on which nothing may be cut off.
const NARROWEST: (u32, u32) = (360, 740);

#[tokio::test]
async fn every_page_is_accessible_in_a_browser() {
    let example = Example::start().await;
    let browser = Browser::open(1280, 860).await;
    let mut found = Vec::new();
    let mut looked = 0;
    walk(&browser, &example, &Asked::default(), async |scene, size, scheme| {
        looked += 1;
        let here = format!("{} ({size}, {scheme})", scene.name);
        if matches!((size, scheme), ("desktop", "light") | ("phone", "dark")) {
            found.extend(violations(&browser).await.into_iter().map(|it| format!("{here}: {it}")));
        }
        let overflow = browser.wider_than_the_window().await;
        if overflow > 0 {
            found.push(format!("{here}: the page is {overflow} pixels too wide"));
        }
        if (size, scheme) == ("phone", "light") {
            browser.size(NARROWEST).await;
            let overflow = browser.wider_than_the_window().await;
            if overflow > 0 {
                found.push(format!("{here}: the page is {overflow} pixels too wide for {}", NARROWEST.0));
            }
            browser.size(SIZES[1].1).await;
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
