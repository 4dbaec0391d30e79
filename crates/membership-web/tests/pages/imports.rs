//! Many people at once: what the pages of an import say, to whom, and what a form that was tampered with comes to.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a page that cannot be asked for is a failed test")]

use axum::body::Body;
use http::header::{CONTENT_TYPE, COOKIE, LOCATION};
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use membership_core::quota::MailLimits;
use membership_http::Limits;
use membership_testkit::World;
use tower::ServiceExt;

use crate::browser::{Browser, PASSWORD, Shown, browser, limited, owner, token_of, world};

const BOUNDARY: &str = "----the-boundary-of-a-form";

/// Sends the form of the page at `from` as a browser sends one with files.
async fn upload(browser: &mut Browser, from: &str, file: Option<(&str, &[u8])>, fields: &[(&str, &str)]) -> Shown {
    let token = token_of(&browser.get(from).await.html);
    upload_with(browser, (from, &token), file, fields).await
}

async fn upload_with(
    browser: &mut Browser,
    (action, token): (&str, &str),
    file: Option<(&str, &[u8])>,
    fields: &[(&str, &str)],
) -> Shown {
    let mut body = Vec::new();
    let part = |body: &mut Vec<u8>, head: &str, content: &[u8]| {
        body.extend(format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n").bytes());
        body.extend(content);
        body.extend(b"\r\n");
    };
    for (name, value) in [("form_token", token)].iter().chain(fields) {
        part(&mut body, &format!("name=\"{name}\""), value.as_bytes());
    }
    let (name, content) = file.unwrap_or(("", b""));
    part(&mut body, &format!("name=\"file\"; filename=\"{name}\""), content);
    body.extend(format!("--{BOUNDARY}--\r\n").bytes());
    let cookies: Vec<_> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let request = Request::post(action)
        .header(COOKIE, cookies.join("; "))
        .header(CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"))
        .body(Body::from(body))
        .unwrap();
    let response = browser.router.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let location = response.headers().get(LOCATION).map(|it| it.to_str().unwrap().to_owned());
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    Shown { status, location, html: String::from_utf8(bytes.to_vec()).unwrap() }
}

fn sealed(html: &str) -> String {
    let at = html.split("name=\"sealed\" value=\"").nth(1).expect("the page carries the file");
    at.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn s2_7_a_file_waits_sealed_in_its_page_and_is_started_once() {
    let (world, memory, router) = world();
    let (mut ada, platform) = owner(&world, &router, "learning_platform").await;
    let import = format!("{platform}/members/import");
    assert!(ada.get(&format!("{platform}/members")).await.html.contains(&import));
    let file = "Hopper,Grace,grace@example.org,,,first come and choose your own\nMeitner,Lise,nowhere\n";
    let tried = upload(&mut ada, &import, Some(("people.csv", file.as_bytes())), &[("do", "try")]).await;
    assert_eq!(tried.status, StatusCode::OK, "{}", tried.html);
    for part in ["The file has 2 rows.", "Line 2", "This is not an e-mail address", "Import one person", "••••"]
    {
        assert!(tried.html.contains(part), "{part}: {}", tried.html);
    }
    assert!(!tried.html.contains("first come"), "the password is not in the page");
    let parcel = sealed(&tried.html);
    assert!(memory.dump().organizations.values().all(|it| it.imports.is_empty()), "nothing is kept yet");

    // Sent twice from the same page, it is one import.
    let token = token_of(&tried.html);
    let fields = [("sealed", parcel.as_str()), ("do", "start"), ("request_id", "the same page")];
    let started = upload_with(&mut ada, (&import, &token), None, &fields).await;
    let again = upload_with(&mut ada, (&import, &token), None, &fields).await;
    assert_eq!(started.status, StatusCode::SEE_OTHER, "{}", started.html);
    assert_eq!(started.location, again.location);
    let page = ada.get(&started.location.clone().unwrap()).await;
    assert!(page.html.contains("Under way") && page.html.contains("hx-trigger=\"every 1s\""), "{}", page.html);
    assert!(page.html.contains("data-said=\"Under way\""), "whoever listens hears when it is done: {}", page.html);
    let imports: usize = memory.dump().organizations.values().map(|it| it.imports.len()).sum();
    assert_eq!(imports, 1);

    // Changed by a letter, or in another organization, it opens no more.
    let mut changed = parcel.clone();
    changed.replace_range(40..41, if &parcel[40..41] == "A" { "B" } else { "A" });
    let refused = upload(&mut ada, &import, None, &[("sealed", &changed), ("do", "start")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.html.contains("Choose it again"), "{}", refused.html);
    let founded = ada.post("/organizations/new", "/organizations/new", &[("name", "Other"), ("preset", "team")]).await;
    let other = format!("{}/members/import", founded.location.unwrap().split('?').next().unwrap());
    let refused = upload(&mut ada, &other, None, &[("sealed", &parcel), ("do", "start")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a59_what_cannot_be_imported_is_said_in_both_languages() {
    let (world, _, router) = world();
    let (mut ada, platform) = owner(&world, &router, "learning_platform").await;
    let import = format!("{platform}/members/import");
    let many = "A,B,a@example.org\n".repeat(10_001);
    let cases: [(&[u8], &str); 7] = [
        (b"", "This file has no rows"),
        (b"\x89PNG\r\n\x1a\n\0", "not a table"),
        (many.as_bytes(), "more than 10,000 rows"),
        (&[b'a'; 5 * 1024 * 1024 + 1], "larger than 5 MiB"),
        (b"last name,first name,shoe size\nA,B,42", "not known: shoe size"),
        (b"last name,e-mail,mail\nA,b@example.org,c@example.org", "column email twice"),
        (b"A,\"B,a@example.org\nC,D,c@example.org", "row of line 1 a quotation mark"),
    ];
    for (file, why) in cases {
        let refused = upload(&mut ada, &import, Some(("people.csv", file)), &[("do", "try")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
        assert!(refused.html.contains(why) && refused.html.contains("id=\"file-problem\""), "{why}: {}", refused.html);
    }
    let none = upload(&mut ada, &import, None, &[("do", "try"), ("rows", "  ")]).await;
    assert!(none.html.contains("Choose a file, or paste rows"), "{}", none.html);
    let odd = upload(&mut ada, &import, None, &[("rows", "A,B,a@example.org"), ("existing", "merge")]).await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
    let too_long = upload(&mut ada, &import, Some(("people.csv", &[b'a'; 8 * 1024 * 1024])), &[]).await;
    assert_eq!(too_long.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn what_was_pasted_or_chosen_stays_with_a_form_that_is_not_carried_out() {
    let (world, _, router) = world();
    let (mut ada, platform) = owner(&world, &router, "learning_platform").await;
    let import = format!("{platform}/members/import");
    let rows = "last name,first name,shoe size\nA,B,42";
    let refused = upload(&mut ada, &import, None, &[("do", "try"), ("rows", rows)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in ["id=\"rows-problem\"", "href=\"#rows\"", "not known: shoe size", "A,B,42</textarea>"] {
        assert!(refused.html.contains(part), "{part}: {}", refused.html);
    }
    assert!(!refused.html.contains("id=\"file-problem\"") && !refused.html.contains("name=\"sealed\""));

    let file = Some(("people.csv", b"Hopper,Grace,grace@example.org".as_slice()));
    let refused = upload(&mut ada, &import, file, &[("do", "try"), ("existing", "merge")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.html.contains("The file you chose is kept."), "{}", refused.html);
    let parcel = sealed(&refused.html);
    let tried = upload(&mut ada, &import, None, &[("do", "try"), ("sealed", &parcel)]).await;
    assert!(tried.html.contains("The file has one row."), "{}", tried.html);
    // What is put in its place counts.
    let others = [("do", "try"), ("sealed", parcel.as_str()), ("rows", "A,B,a@example.org\nC,D,c@example.org")];
    let tried = upload(&mut ada, &import, None, &others).await;
    assert!(tried.html.contains("The file has 2 rows."), "{}", tried.html);
}

#[tokio::test]
async fn pasted_rows_come_through_a_sign_in_that_had_ended_or_are_given_back() {
    let (world, _, router) = world();
    let (mut ada, platform) = owner(&world, &router, "learning_platform").await;
    let import = format!("{platform}/members/import");
    let begin = ada.get(&import).await.html;
    assert!(begin.contains("for more than about 1,000 people"), "it is said before anything is lost: {begin}");
    let pasted = |rows: usize| (0..rows).map(|it| format!("Hopper,Grace,grace{it}@example.org\n")).collect::<String>();

    ada.cookies.clear();
    let rows = pasted(900);
    let fields = [("rows", rows.as_str()), ("do", "try")];
    let ended = upload_with(&mut ada, (&import, &token_of(&begin)), None, &fields).await;
    assert_eq!(ended.status, StatusCode::UNAUTHORIZED);
    assert!(ended.html.contains("Your sign-in has ended"), "{}", ended.html);
    let kept = ended.html.split("name=\"kept\" value=\"").nth(1).expect("the page carries the rows");
    let kept = kept.split('"').next().unwrap().replace("&#38;", "&");
    let typed = [("login", "ada@example.org"), ("password", PASSWORD), ("next", import.as_str()), ("kept", &*kept)];
    let back = ada.post("/sign-in", "/sign-in", &typed).await;
    assert!(back.html.contains("Nothing you typed is lost"), "{}", back.html);
    assert!(back.html.contains("grace899@example.org"), "{}", back.html);
    let tried = ada.post_with(&import, &token_of(&back.html), &fields).await;
    assert_eq!(tried.status, StatusCode::OK, "{}", tried.html);
    assert!(tried.html.contains("The file has 900 rows."), "{}", tried.html);

    // What is too long to be carried is shown, to be copied.
    ada.cookies.clear();
    let rows = pasted(9_000);
    let ended = upload_with(&mut ada, (&import, &token_of(&tried.html)), None, &[("rows", &rows)]).await;
    assert_eq!(ended.status, StatusCode::UNAUTHORIZED);
    assert!(ended.html.contains("too long to be kept") && ended.html.contains("grace8999@example.org"));
    assert!(!ended.html.contains("name=\"kept\""));
}

#[tokio::test]
async fn a54_a_row_says_that_its_mailbox_has_had_enough() {
    let limits = MailLimits { invitations_per_recipient: "1/d".parse().unwrap(), ..MailLimits::off() };
    let world = World::in_memory().with_limits(limits);
    let router = limited(&world, Limits::default());
    let (mut ada, platform) = owner(&world, &router, "learning_platform").await;
    let import = format!("{platform}/members/import");
    let file = "Hopper,Grace,grace@example.org,,1\nMeitner,Lise,grace+lise@example.org,,1\n";
    let tried = upload(&mut ada, &import, Some(("people.csv", file.as_bytes())), &[("do", "try")]).await;
    assert_eq!(tried.status, StatusCode::OK, "{}", tried.html);
    for part in ["Import one person", "Send an e-mail: This mailbox has had as many invitations"] {
        assert!(tried.html.contains(part), "{part}: {}", tried.html);
    }
}

#[tokio::test]
async fn an_import_is_offered_to_whoever_may_bring_people_in() {
    let (world, _, router) = world();
    let (mut ada, platform) = owner(&world, &router, "learning_platform").await;
    let import = format!("{platform}/members/import");
    let template = ada.get(&format!("{platform}/members/import-template.csv")).await;
    assert!(template.html.starts_with("last_name,first_name,email"), "{}", template.html);
    let nowhere = ada.get(&format!("{platform}/members/imports/{}", uuid::Uuid::nil())).await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
    // A form without its token, and one of nobody in particular.
    let forged = upload_with(&mut ada, (&import, "forged"), Some(("a.csv", b"A,B,a@example.org")), &[]).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    let mut nobody = browser(&router);
    let sent = upload_with(&mut nobody, (&import, ""), Some(("a.csv", b"A,B,a@example.org")), &[]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    assert!(sent.location.unwrap().starts_with("/sign-in?next="));
    let read = nobody.get(&import).await;
    assert!(read.location.unwrap().starts_with("/sign-in?next="));
}
