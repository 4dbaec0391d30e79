//! Groups, programs and sessions by mouse and keyboard: on a desktop and on a phone, with and without a script (S2.2,
//! S2.4, S2.11, S2.13).

use membership_tests::browser::Browser;
use membership_tests::process::{Process, Start};
use serde_json::json;

async fn grace(folder: &std::path::Path, (width, height): (u32, u32)) -> (Process, Browser) {
    let server = Start { data_dir: folder.to_owned(), demo: true, ..Start::default() }.run().await;
    let browser = Browser::open(1280, 860).await;
    browser.size((width, height)).await;
    browser.sign_in(&server.origin, "grace@example.org").await;
    browser.click("Polytechnic").await;
    browser.sees("Programs").await;
    (server, browser)
}

#[tokio::test]
async fn s2_11_a_group_is_made_filled_renamed_and_deleted_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let (_server, grace) = grace(folder.path(), (1280, 860)).await;
    grace.click("Groups").await;
    grace.sees("Evening class").await;
    grace.fill("Name of the group", "Night owls").await;
    grace.click("Make the group").await;
    grace.sees("The group is made").await;
    grace.fill("E-mail addresses", "\"Lefèvre, JB\" <jb@example.org>; new.owl@example.org nobody@").await;
    grace.click("Bring them in").await;
    grace.sees("What became of each").await;
    grace.sees("Added").await;
    grace.sees("Invited").await;
    grace.sees("This is not an e-mail address").await;
    assert!(grace.has("//textarea[normalize-space(.) = 'nobody@']").await, "what could not come in stays");
    grace.fill("Or find a member by name", "priya").await;
    grace.click("Search").await;
    grace.sees("Priya Venkataraman").await;
    grace.click("Bring in: Priya").await;
    grace.sees("The member is in the group").await;
    grace.click("Take out: Jean-Baptiste").await;
    grace.sees("The member is not in the group any more").await;
    grace.click("Rename").await;
    grace.fill("Name of the group", "Early birds").await;
    grace.click("Save").await;
    grace.sees("The new name is saved").await;
    grace.click("Delete the group").await;
    grace.sees("One member is in it, and stays a member of the organization").await;
    grace.click("Delete the group").await;
    grace.sees("The group is deleted").await;
    assert!(!grace.text().await.contains("Early birds"));
    grace.close().await;
}

#[tokio::test]
async fn s2_13_a_program_with_a_session_is_planned_on_a_phone_without_a_script_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let (_server, grace) = grace(folder.path(), (390, 844)).await;
    grace.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
    grace.click("Programs").await;
    grace.sees("Looking at stars").await;
    grace.click("New program").await;
    grace.fill("Name of the program", "Slide rules").await;
    grace.click("Evening class").await;
    grace.click("Make the program").await;
    grace.sees("The program is made").await;
    grace.fill("Title", "Logarithms").await;
    grace.set("starts_at", "2199-05-04T09:30").await;
    grace.set("ends_at", "2199-05-04T08:30").await;
    grace.click("Plan the session").await;
    grace.sees("It must end after it begins").await;
    grace.set("ends_at", "2199-05-06T17:00").await;
    grace.click("Plan the session").await;
    grace.sees("The session is planned").await;
    grace.sees("4 May 2199, 09:30 – 6 May 2199, 17:00 UTC").await;
    grace.sees("attends the whole program").await;
    grace.sees("Group: Evening class").await;
    grace.click("Observatory").await;
    grace.fill("E-mail addresses", "slide.ruler@example.org").await;
    grace.click("Enrol").await;
    grace.sees("Invited").await;
    grace.sees("Group: Observatory").await;
    grace.click("Change title or dates").await;
    grace.set("starts_at", "2199-05-05T09:30").await;
    grace.click("Save").await;
    grace.sees("5 May 2199, 09:30 – 6 May 2199").await;
    grace.click("Take out: Observatory").await;
    grace.sees("enrolled through this group").await;
    grace.click("Take out").await;
    grace.sees("Taken out").await;
    assert!(!grace.text().await.contains("Group: Observatory"));
    let overflow = grace.wider_than_the_window().await;
    assert!(overflow <= 0, "the page is {overflow} pixels too wide");
    grace.close().await;
}

#[tokio::test]
async fn s2_1_each_address_is_judged_before_anything_is_sent_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let (server, grace) = grace(folder.path(), (1280, 860)).await;
    grace.click("Invite people").await;
    let invite = grace.page.current_url().await.unwrap();
    // With the script the judgement follows the typing, in the same document.
    grace.script("window.sameDocument = true").await;
    grace.fill("E-mail addresses", "new.face@example.org jb@example.org nobody@").await;
    grace.sees("1 of 3 can be invited").await;
    grace.sees("Nothing has been sent yet").await;
    assert_eq!(grace.script("return window.sameDocument").await, json!(true));
    // Without it a press does the same.
    grace.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
    grace.goto(invite.as_str()).await;
    grace.fill("E-mail addresses", "new.face@example.org, jb@example.org").await;
    grace.click("Evening class").await;
    grace.click("Check the addresses").await;
    grace.sees("1 of 2 can be invited").await;
    assert!(grace.has("//input[@type='checkbox' and @checked]").await, "what was ticked stays ticked");
    grace.goto(&format!("{}/dev/mailbox", server.origin)).await;
    assert!(!grace.text().await.contains("new.face"), "a check sends nothing");
    grace.goto(invite.as_str()).await;
    grace.fill("E-mail addresses", "new.face@example.org").await;
    grace.click("Evening class").await;
    grace.click("Invite").await;
    grace.sees("Invited. The mail is on its way").await;
    grace.close().await;
}
