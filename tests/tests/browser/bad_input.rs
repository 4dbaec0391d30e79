//! Forms that go wrong, of every kind: what was typed stays, the field is named with the rule and the way out, somebody
//! else's change is shown beside one's own, a second press does nothing more, and a sign-in that has ended loses nothing.

use membership_tests::browser::Browser;
use membership_tests::deployment::PASSWORD;
use membership_tests::story::{Device, Story};
use serde_json::{Value, json};

/// Where things are in the example.
struct Example {
    story: Story,
    team: String,
    platform: String,
    program: String,
    session: String,
    group: String,
    member: String,
}

async fn example(device: Device) -> Example {
    let story = Story::of_the_example(device).await;
    let team = leads_to(&story, "/organizations", "Analytical Engines").await;
    let platform = leads_to(&story, "/organizations", "Polytechnic").await;
    let program = leads_to(&story, &format!("{platform}/programs"), "Looking at stars").await;
    let session = leads_to(&story, &program, "Spectra").await;
    let group = leads_to(&story, &format!("{platform}/groups"), "Observatory").await;
    let member = leads_to(&story, &format!("{platform}/members?q=priya"), "Priya").await;
    Example { story, team, platform, program, session, group, member }
}

/// Where the link leads on that page whose text begins so.
async fn leads_to(story: &Story, page: &str, link: &str) -> String {
    story.visit(page).await;
    let script = format!(
        "return [...document.querySelectorAll('main a')].find(it => it.textContent.trim().startsWith('{link}'))?.pathname"
    );
    let path = story.script(&script).await;
    path.as_str().unwrap_or_else(|| panic!("{page} has no link to {link}")).to_owned()
}

/// Opens what is folded, so that every field can be typed into.
async fn unfold(browser: &Browser) {
    browser.script("for (const it of document.querySelectorAll('main details')) it.open = true").await;
}

/// Types into the field of that id, in place of what it holds.
async fn type_into(browser: &Browser, id: &str, text: &str) {
    let text = json!(text);
    browser.press_on(&format!("//*[@id='{id}']")).await;
    browser.script(&format!("document.getElementById('{id}').value = {text}")).await;
}

/// The button of the form that the field is in.
fn button_beside(id: &str, label: &str) -> String {
    format!("//*[@id='{id}']/ancestor::form//button[normalize-space(.)='{label}']")
}

async fn held_by(browser: &Browser, id: &str) -> Value {
    browser.script(&format!("return document.getElementById('{id}').value")).await
}

#[tokio::test]
async fn a_wrong_entry_is_named_with_rule_and_way_out_in_a_browser() {
    let it = example(Device::Phone).await;
    let (story, team, platform) = (&it.story, &it.team, &it.platform);
    let wrong = [
        (
            "/organizations/new".to_owned(),
            "name",
            "<b>",
            "The characters < and > cannot be used",
            "Create the organization",
        ),
        ("/profile".to_owned(), "name", "<i>", "The characters < and > cannot be used", "Save"),
        (format!("/operator{team}"), "plan", "<b>", "The characters < and > cannot be used", "Save"),
        (format!("{team}/invite"), "addresses", "nobody@", "This is not an e-mail address", "Invite"),
        (format!("{team}/settings"), "name", "a<b", "The characters < and > cannot be used", "Save"),
        (format!("{team}/settings"), "accent", "#ffff00", "The nearest shade on which it can is", "Save"),
        (format!("{team}/settings"), "sender_name", "ada@example.org", "Type a name here", "Save"),
        (format!("{team}/settings"), "confirm_name", "Something", "Type it exactly as it is", "Delete for good"),
        (format!("{team}/add-member"), "username", "1two", "A username has letters (a–z)", "Add a person"),
        (format!("{team}/templates/invitation/en"), "text", "Come!", "{{ link }} is missing", "Save"),
        (format!("{team}/keys/new"), "name", "<i>", "The characters < and > cannot be used", "Make the key"),
        (format!("{platform}/groups"), "name", "a<b", "The characters < and > cannot be used", "Make the group"),
        (format!("{platform}/programs"), "name", "a<b", "The characters < and > cannot be used", "Make the program"),
        (it.program.clone(), "title", "a<b", "The characters < and > cannot be used", "Plan the session"),
        (it.session.clone(), "ends_at", "2001-01-01T09:00", "It must end after it begins", "Save"),
        (format!("{}/deactivation-date", it.member), "at", "2001-01-01", "Choose one in the future", "Set an end date"),
    ];
    for (page, id, typed, says, button) in wrong {
        story.visit(&page).await;
        unfold(story).await;
        if page.ends_with("/add-member") {
            story.fill("Name", "Hedy Lamarr").await;
        }
        if page == it.program {
            story.set("starts_at", "2199-05-04T09:30").await;
            story.set("ends_at", "2199-05-06T17:00").await;
        }
        type_into(story, id, typed).await;
        story.press_on(&button_beside(id, button)).await;
        let problem = format!("//*[@id='{id}-problem' and contains(normalize-space(.), '{says}')]");
        assert!(story.comes(&problem).await, "{page}, {id}: {}", story.text().await);
        assert!(story.has(&format!("//*[@id='{id}' and @aria-invalid='true']")).await, "{page}: {id} is not marked");
        assert!(story.has(&format!("//*[@role='alert']//a[@href='#{id}']")).await, "{page}: nothing leads to {id}");
        assert_eq!(held_by(story, id).await, typed, "{page}: what was typed is kept");
    }
    it.story.end().await;
}

#[tokio::test]
async fn what_somebody_else_changed_is_shown_beside_what_was_typed_in_a_browser() {
    let it = example(Device::Desktop).await;
    let story = &it.story;
    let stale = [
        (format!("{}/settings", it.team), "name", "Theirs", "Mine", "The new name is saved"),
        (format!("{}/settings", it.team), "sender_name", "Theirs", "Mine", "looks like this from now on"),
        (format!("{}/settings", it.team), "accent", "#0b5cad", "#7a1f5c", "looks like this from now on"),
        (format!("{}/templates/invitation/en", it.team), "subject", "Theirs", "Mine", "The text is saved"),
        (format!("/operator{}", it.team), "plan", "Theirs", "Mine", "What was sold holds from now on"),
        (it.group.clone(), "name", "Theirs", "Mine", "The new name is saved"),
        (it.program.clone(), "message", "Theirs", "Mine", "The program is saved"),
        (it.session.clone(), "title", "Theirs", "Mine", "The session is saved"),
        (it.session.clone(), "ends_at", "2198-01-01T09:00", "2199-01-01T09:00", "The session is saved"),
        (format!("{}/deactivation-date", it.member), "at", "2198-01-01", "2199-01-01", "The date is set"),
        ("/profile".to_owned(), "name", "Theirs", "Mine", "Your profile is saved"),
    ];
    for (page, id, theirs, mine, saved) in stale {
        story.visit(&page).await;
        unfold(story).await;
        somebody_else_sends(story, id, theirs).await;
        type_into(story, id, mine).await;
        let button = if id == "at" { "Set an end date" } else { "Save" };
        story.press_on(&button_beside(id, button)).await;
        let both = format!("//*[@id='{id}-problem' and contains(., 'it is now “{theirs}”')]");
        assert!(story.comes(&both).await, "{page}, {id}: {}", story.text().await);
        story.sees("Somebody else has changed this meanwhile").await;
        assert_eq!(held_by(story, id).await, mine, "{page}: what was typed is kept");
        // The next press decides.
        story.press_on(&button_beside(id, button)).await;
        story.sees(saved).await;
    }
    // The same where cards are chosen from.
    story.visit(&format!("{}/role", it.member)).await;
    let form = "document.querySelector('main form')";
    let sent = format!(
        "const body = new URLSearchParams(new FormData({form})); body.set('role', 'author');
         fetch({form}.action, {{ method: 'POST', body }}).then(it => arguments[0](it.url))"
    );
    story.page.execute_async(&sent, Vec::new()).await.unwrap();
    story.click("Trainee").await;
    story.click("Change role").await;
    story.sees("it is now “Author”").await;
    assert!(story.has("//input[@value='trainee' and @checked]").await, "what was chosen stays chosen");
    story.click("Change role").await;
    story.sees("The new role holds from now on").await;
    it.story.end().await;
}

/// The same form, sent from another window with another value in one field.
async fn somebody_else_sends(story: &Story, id: &str, value: &str) {
    let value = json!(value);
    let script = format!(
        "const done = arguments[0], field = document.getElementById('{id}');
         const body = new URLSearchParams(new FormData(field.form));
         body.set(field.name, {value});
         fetch(field.form.action, {{ method: 'POST', body }}).then(it => done(it.url))"
    );
    let led_to = story.page.execute_async(&script, Vec::new()).await.unwrap();
    assert!(led_to.as_str().is_some_and(|it| it.contains("done=")), "{id} could not be sent: {led_to}");
}

#[tokio::test]
async fn f20_whatever_is_sent_twice_is_made_once_in_a_browser() {
    let it = example(Device::Desktop).await;
    let story = &it.story;
    let made = [
        (format!("{}/invite", it.team), vec![("addresses", "twice@example.org")], "twice@example.org"),
        (format!("{}/add-member", it.team), vec![("name", "Twice Told")], "Twice Told"),
        (format!("{}/keys/new", it.team), vec![("name", "Twice Cut")], "Twice Cut"),
        (format!("{}/groups", it.platform), vec![("name", "Twice Split")], "Twice Split"),
        (format!("{}/programs", it.platform), vec![("name", "Twice Taught")], "Twice Taught"),
        (
            it.program.clone(),
            vec![("title", "Twice Met"), ("starts_at", "2199-05-04T09:30"), ("ends_at", "2199-05-06T17:00")],
            "Twice Met",
        ),
    ];
    for (page, typed, name) in made {
        story.visit(&page).await;
        unfold(story).await;
        for (id, text) in &typed {
            story.set(id, text).await;
        }
        if page.ends_with("/keys/new") {
            story.press_on("//input[@type='checkbox']").await;
        }
        // Past the script, which would hold the second press back: the form goes out twice, as it stands.
        let script = format!(
            "const done = arguments[0], form = document.getElementById('{}').form;
             const send = () => fetch(form.action, {{ method: 'POST', body: new URLSearchParams(new FormData(form)) }});
             Promise.all([send(), send()]).then(both => done(both.map(it => [it.status, it.url])))",
            typed[0].0
        );
        let answers = story.page.execute_async(&script, Vec::new()).await.unwrap();
        let of = |index: usize| answers[index][0].as_u64();
        assert_eq!((of(0), of(1)), (Some(200), Some(200)), "both presses are told that it is done: {page}, {answers}");
        let list = match page.rsplit('/').next() {
            Some("add-member") => format!("{}/members", it.team),
            Some("invite") => format!("{}/invitations", it.team),
            Some("new") => format!("{}/keys", it.team),
            _ => page.clone(),
        };
        story.visit(&list).await;
        let rows = format!(
            "return [...document.querySelectorAll('main .row-title')].filter(it => it.textContent.trim() == '{name}').length"
        );
        assert_eq!(story.script(&rows).await, 1, "{list}: {}", story.text().await);
    }
    let mails = story.server.mails().await;
    assert_eq!(mails.iter().filter(|(to, _)| to.contains("twice@example.org")).count(), 1, "{mails:#?}");
    it.story.end().await;
}

#[tokio::test]
async fn a_sign_in_that_has_ended_loses_nothing_that_was_typed_in_a_browser() {
    let it = example(Device::Phone).await;
    let (story, team, platform) = (&it.story, &it.team, &it.platform);
    let forms = [
        (
            format!("{team}/invite"),
            vec![("addresses", "late@example.org"), ("message", "Worth waiting for")],
            "Invite",
            "Invited",
        ),
        (format!("{team}/settings"), vec![("name", "Late Engines")], "Save", "The new name is saved"),
        (format!("{team}/add-member"), vec![("name", "Late Bloomer")], "Add a person", "The person is a member now"),
        (format!("{team}/templates/reminder/en"), vec![("subject", "Better late")], "Save", "The text is saved"),
        (format!("{platform}/groups"), vec![("name", "Latecomers")], "Make the group", "The group is made"),
        (
            format!("{platform}/members/import"),
            vec![("rows", "Late,Comer,late.comer@example.org")],
            "Show me what would happen",
            "The file has one row",
        ),
        (it.session.clone(), vec![("title", "Later")], "Save", "The session is saved"),
        (format!("{}/deactivation-date", it.member), vec![("at", "2199-01-01")], "Set an end date", "The date is set"),
    ];
    for (page, typed, button, done) in forms {
        story.visit(&page).await;
        unfold(story).await;
        for (id, text) in &typed {
            type_into(story, id, text).await;
        }
        story.page.delete_all_cookies().await.unwrap();
        story.press_on(&button_beside(typed[0].0, button)).await;
        story.sees("Your sign-in has ended").await;
        story.fill("E-mail address or username", "ada@example.org").await;
        story.fill("Password", "not the password at all").await;
        story.click("Sign in").await;
        story.sees("The login or the password is not right").await;
        story.fill("Password", PASSWORD).await;
        story.click("Sign in").await;
        story.sees("Nothing you typed is lost").await;
        for (_, text) in &typed {
            story.sees(text).await;
        }
        // What was not for people is not shown to them.
        story.sees_no("version").await;
        story.click("Send it now").await;
        story.sees(done).await;
        // The form leads where it leads without all this: to its page, or to the list that the changed one stands in.
        let there = story.path().await;
        let section = page.rsplit_once('/').map_or("", |(section, _)| section);
        let list = section.rsplit_once('/').map_or("", |(list, _)| list);
        assert!(
            there.starts_with(section) || [list, page.as_str()].contains(&there.as_str()),
            "{page} leads to {there}"
        );
    }
    it.story.end().await;
}
