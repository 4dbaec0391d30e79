//! Every kind of mail in every language: complete, inert and identical on repeat.

use membership_core::language::Language;
use membership_core::message::{Content, LoginChange, Message, MessageScope, Recipient};
use membership_core::port::Letter;
use membership_core::secret::{Link, LinkKind};
use membership_smtp::{RenderError, Renderer};
use secrecy::ExposeSecret;

use crate::world::*;

fn parts(letter: &Letter) -> [&str; 3] {
    [&letter.subject, letter.text.expose_secret(), letter.html.expose_secret()]
}

/// Every kind, every variant, every language.
fn every(organization: &str, person: &str, words: &str) -> Vec<Message> {
    let contents = contents(organization, person, words);
    let kinds: Vec<_> = contents.iter().map(Content::kind).collect();
    assert!(Content::KINDS.iter().all(|kind| kinds.contains(kind)), "a kind has no sample: {kinds:?}");
    let in_both = |content: Content| Language::ALL.map(|language| Message { language, ..message(1, content.clone()) });
    contents.into_iter().flat_map(in_both).collect()
}

#[test]
fn every_kind_in_every_language_is_complete() {
    for message in every("Analytical Engines", "Charles Babbage", "Welcome!") {
        let letter = renderer().render(&message).unwrap();
        for part in parts(&letter) {
            let what = (message.content.kind(), message.language, part);
            assert!(!part.trim().is_empty(), "{what:?}");
            for left in ["{{", "}}", "{%", "%}", ">none<", "undefined", "§"] {
                assert!(!part.contains(left), "{left} is left in {what:?}");
            }
        }
        let [_, text, html] = parts(&letter);
        assert!(html.contains(&format!("<html lang=\"{}\">", message.language)), "{html}");
        assert!(!text.contains("none"), "{text}");
        assert!(text.ends_with("-- \nmembers.example\n"), "{text}");
        assert!(!text.contains("\n\n\n"), "{text}");
        assert_eq!(parts(&renderer().render(&message).unwrap()), parts(&letter));
    }
}

#[test]
fn an_invitation_says_who_what_until_when_and_what_to_do() {
    let (message, _) = invited(1);
    let letter = renderer().render(&message).unwrap();
    assert_eq!(letter.subject, "Charles Babbage invites you to join Analytical Engines");
    let text = letter.text.expose_secret();
    let link = text.lines().find_map(|line| line.strip_prefix("https://members.example/i/")).unwrap();
    let read = signer().read(LinkKind::Invitation, link).unwrap();
    let Content::Invitation { invitation, .. } = message.content else { unreachable!() };
    assert_eq!(read, Link::to_invitation(ORGANIZATION, invitation, 1));
    assert_eq!(
        text.replace(link, "LINK"),
        "Hello,\n\
        \n\
        Charles Babbage invites you to join Analytical Engines.\n\
        \n\
        Charles Babbage writes:\n\
        \n\
        > Welcome, Ada!\n\
        \n\
        Your role: administrator\n\
        Valid until: Saturday 5 December 2026 at 14:30 UTC\n\
        \n\
        To accept, open your personal link:\n\
        https://members.example/i/LINK\n\
        \n\
        The link works once and is meant for you alone: please do not pass it on.\n\
        If you did not expect this invitation, simply ignore it; nothing will happen.\n\
        \n\
        -- \n\
        members.example\n"
    );
    let html = letter.html.expose_secret();
    assert_eq!(html.matches(&format!("https://members.example/i/{link}")).count(), 2, "a button and the address");
    assert!(html.contains(&format!("<a href=\"https://members.example/i/{link}\"")), "{html}");
}

#[test]
fn each_mail_leads_where_its_reader_has_to_go() {
    let prefix = "https://members.example/";
    let here = format!("{prefix}organizations/{ORGANIZATION}");
    for message in every("Analytical Engines", "Charles Babbage", "Welcome!") {
        let letter = renderer().render(&message).unwrap();
        let text = letter.text.expose_secret();
        let found: Vec<_> = text.lines().filter(|line| line.starts_with(prefix)).collect();
        match &message.content {
            Content::Invitation { .. } | Content::Reminder { .. } => {
                assert!(found[0].starts_with(&format!("{prefix}i/mli_")), "{text}");
            }
            Content::AccountSetUp { .. } => assert!(found[0].starts_with(&format!("{prefix}join/mls_")), "{text}"),
            Content::AddressVerification { .. } => {
                assert!(found[0].starts_with(&format!("{prefix}verify/mlv_")), "{text}");
            }
            Content::InvitationAccepted { awaits_seat: true, .. } => assert_eq!(found, [format!("{here}/seats")]),
            Content::InvitationAccepted { .. }
            | Content::MemberDeactivating { .. }
            | Content::MemberDeactivated { .. } => {
                assert_eq!(found, [format!("{here}/members")]);
            }
            Content::SeatsFilling { .. } | Content::SeatAwaited { .. } => assert_eq!(found, [format!("{here}/seats")]),
            Content::SubscriptionEnding { .. } => assert_eq!(found, [format!("{here}/subscription")]),
            Content::SeatAllocated { .. }
            | Content::ProgramInvitation { .. }
            | Content::OwnershipTransferred { .. } => assert_eq!(found, [here.as_str()]),
            Content::AddressInUse { .. } => assert_eq!(found, [format!("{prefix}sign-in")]),
            Content::OneTimeLogin { .. } => assert!(found[0].starts_with(&format!("{prefix}login/mlo_")), "{text}"),
            Content::PasswordReset { .. } => assert!(found[0].starts_with(&format!("{prefix}reset/mlr_")), "{text}"),
            Content::AdditionalAddress { .. } => {
                assert!(found[0].starts_with(&format!("{prefix}confirm/mlv_")), "{text}");
            }
            Content::LoginChanged {
                change: LoginChange::Cleared | LoginChange::Untied | LoginChange::GivenBack,
                ..
            } => {
                assert!(found.is_empty(), "{text}");
            }
            Content::LoginChanged { .. }
            | Content::PasswordChanged { .. }
            | Content::SecondFactorChanged { .. }
            | Content::AddressesChanged { .. } => {
                assert_eq!(found, [format!("{prefix}forgot-password")]);
            }
            Content::IdentitiesChanged { .. } => assert_eq!(found, [format!("{prefix}identities")]),
            Content::AccessRemoved { .. }
            | Content::AccessEnding { .. }
            | Content::AccessEnded { .. }
            | Content::Errand { .. }
            | Content::RecoveryRequested { .. } => assert!(found.is_empty(), "{text}"),
        }
    }
}

#[test]
fn a55_names_and_messages_are_data() {
    let (organization, person) = ("<b>Engines</b> & {{ link }}", "\"Ada\" <script>alert(1)</script> {% if %}");
    let words = "</blockquote><a href='https://evil.example'>click</a>\r\n{{ link }}\r\nline 3";
    for message in every(organization, person, words) {
        let letter = renderer().render(&message).unwrap();
        let html = letter.html.expose_secret();
        for markup in ["<b>", "<script", "<a href='", "</blockquote><a"] {
            assert!(!html.contains(markup), "{markup} in {html}");
        }
        if let Content::Invitation { message: Some(_), .. } = message.content {
            assert!(html.contains("click&lt;&#x2f;a&gt;<br>\n{{ link }}<br>\nline 3"), "{html}");
            let text = letter.text.expose_secret();
            assert!(text.contains("\n> {{ link }}\n> line 3\n"), "{text}");
        }
    }
}

#[test]
fn a56_other_peoples_addresses_are_not_clickable() {
    let words = "Go to https://evil.example/login or evil.example, write to evil@evil.example";
    for message in every("Acme.io", "www.evil.example", words) {
        let letter = renderer().render(&message).unwrap();
        for part in [letter.text.expose_secret(), letter.html.expose_secret()] {
            let title = part.find("<title>").map(|at| at..part.find("</title>").unwrap());
            let shown = title.map_or(part.to_owned(), |title| part.replace(&part[title], ""));
            for address in ["https://evil", "evil.example", "www.evil", "evil@evil", "Acme.io"] {
                assert!(!shown.contains(address), "{address} in {shown}");
            }
        }
    }
}

#[test]
fn a57_a_subject_is_one_line_whatever_a_name_holds() {
    for message in every("Engines\r\nBcc: x@evil.example", "Ada\nTo: y@evil.example\u{0}", "x") {
        let letter = renderer().render(&message).unwrap();
        assert!(!letter.subject.contains(char::is_control), "{:?}", letter.subject);
    }
}

#[test]
fn a23_links_begin_with_the_configured_site_only() {
    let links = |url: &str| {
        let letter = Renderer::new(url, signer()).unwrap().render(&seat(1)).unwrap();
        letter.text.expose_secret().lines().find(|line| line.starts_with("http")).unwrap().to_owned()
    };
    assert_eq!(links("http://localhost:8080"), format!("http://localhost:8080/organizations/{ORGANIZATION}"));
    assert_eq!(links("https://a.example/club/"), format!("https://a.example/club/organizations/{ORGANIZATION}"));
    for bad in
        ["members.example", "ftp://a.example", "https://u:p@a.example", "https://a.example/?x", "https://a.example/'"]
    {
        let problem = Renderer::new(bad, signer()).err().unwrap();
        assert_eq!(problem.setting, "public_url", "{bad}");
    }
}

#[test]
fn a_link_of_a_user_is_the_latest_of_its_row_and_kind() {
    for (content, kind) in contents("Engines", "Ada", "x").into_iter().filter_map(|it| match it {
        Content::OneTimeLogin { .. } => Some((it, LinkKind::OneTimeLogin)),
        Content::PasswordReset { .. } => Some((it, LinkKind::PasswordReset)),
        Content::AdditionalAddress { .. } => Some((it, LinkKind::Verification)),
        _ => None,
    }) {
        let letter = renderer().render(&message(1, content)).unwrap();
        let text = letter.text.expose_secret();
        let link = text.lines().find(|line| line.contains(kind.prefix())).unwrap().rsplit('/').next().unwrap();
        let id = membership_core::id::UserLinkId(uuid::Uuid::from_u128(4));
        assert_eq!(signer().read(kind, link), Some(Link::to_user(kind, USER, id, 2)));
    }
}

#[test]
fn what_cannot_be_a_letter_says_why() {
    let everybody = Message { to: Recipient::Administrators, ..seat(1) };
    assert_eq!(renderer().render(&everybody).unwrap_err(), RenderError::NoSingleRecipient);
    let homeless = Message { scope: MessageScope::User(membership_core::id::UserId(uuid::Uuid::nil())), ..seat(1) };
    assert_eq!(renderer().render(&homeless).unwrap_err(), RenderError::NoOrganization);
    let login = contents("Engines", "Ada", "x").into_iter().find(|it| matches!(it, Content::OneTimeLogin { .. }));
    let nobodys = Message { scope: MessageScope::Organization(ORGANIZATION), ..message(1, login.unwrap()) };
    assert_eq!(renderer().render(&nobodys).unwrap_err(), RenderError::NoUser);
}
