//! Links and tokens: what is handed to a person, and the little that is kept of it.

use std::fmt;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretBox, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::id::{InvitationId, MemberId, OrganizationId, SignUpId, UserId, UserLinkId};
use crate::refusal::Refusal;

/// What a link is for. A link of one kind is unknown everywhere else (A14).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkKind {
    /// Accept an invitation.
    Invitation,
    /// Set up the deployment's first operator, or a member's login.
    SetUp,
    /// Sign in once.
    OneTimeLogin,
    /// Choose a new password.
    PasswordReset,
    /// Prove that one reads a mailbox.
    Verification,
}

impl LinkKind {
    /// Every kind.
    pub const ALL: [Self; 5] =
        [Self::Invitation, Self::SetUp, Self::OneTimeLogin, Self::PasswordReset, Self::Verification];

    /// The prefix by which people and secret scanners recognise a link.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Invitation => "mli_",
            Self::SetUp => "mls_",
            Self::OneTimeLogin => "mlo_",
            Self::PasswordReset => "mlr_",
            Self::Verification => "mlv_",
        }
    }

    /// The name in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::SetUp => "set_up",
            Self::OneTimeLogin => "one_time_login",
            Self::PasswordReset => "password_reset",
            Self::Verification => "verification",
        }
    }
}

/// What a link says. It carries no authority: it only finds the row that decides whether it is alive (A13).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Link {
    /// What it is for.
    pub kind: LinkKind,
    /// The organization or user it belongs to; it routes the look-up to one shard.
    pub scope: Uuid,
    /// The invitation, sign-up or other row.
    pub id: Uuid,
    /// The generation it was made for; a newer one kills it.
    pub generation: u32,
}

impl Link {
    /// The link of an invitation.
    pub fn to_invitation(organization: OrganizationId, invitation: InvitationId, generation: u32) -> Self {
        Self { kind: LinkKind::Invitation, scope: organization.0, id: invitation.0, generation }
    }

    /// The link that completes a sign-up.
    pub fn to_sign_up(sign_up: SignUpId) -> Self {
        Self { kind: LinkKind::Verification, scope: sign_up.0, id: sign_up.0, generation: 1 }
    }

    /// A link of a user: to sign in once, choose a new password, or prove that an address is theirs.
    pub fn to_user(kind: LinkKind, user: UserId, link: UserLinkId, generation: u32) -> Self {
        Self { kind, scope: user.0, id: link.0, generation }
    }

    /// The personal link by which a member sets up a login.
    pub fn to_set_up(organization: OrganizationId, member: MemberId, generation: u32) -> Self {
        Self { kind: LinkKind::SetUp, scope: organization.0, id: member.0, generation }
    }

    /// The link that makes the first person the deployment's operator.
    pub fn to_first_operator() -> Self {
        Self { kind: LinkKind::SetUp, scope: Uuid::nil(), id: Uuid::nil(), generation: 1 }
    }

    fn bytes(&self, key_id: u8) -> [u8; 37] {
        let mut bytes = [0; 37];
        let parts = [self.scope.as_bytes().as_slice(), self.id.as_bytes(), &self.generation.to_be_bytes(), &[key_id]];
        for (to, from) in bytes.iter_mut().zip(parts.into_iter().flatten()) {
            *to = *from;
        }
        bytes
    }
}

/// Makes and recognises links. An object-safe port, so that an embedding program can keep its keys elsewhere.
pub trait LinkSigner: Send + Sync {
    /// The text of a link, a secret.
    fn sign(&self, link: &Link) -> SecretString;

    /// The texts of a link by every key that is still known, the one that signs first: for what follows from a link's
    /// text and must outlive a change of keys.
    fn signatures(&self, link: &Link) -> Vec<SecretString> {
        vec![self.sign(link)]
    }

    /// What a text says, if it is a link of that kind and was made by this deployment.
    fn read(&self, kind: LinkKind, text: &str) -> Option<Link>;

    /// Seals what must be kept and must not be read in a dump of the database (A27), such as the secret of an
    /// authenticator app. Only the same context opens it. `nonce` is fresh randomness.
    fn seal(&self, context: &[u8], nonce: [u8; 32], secret: &[u8]) -> String;

    /// Opens what [`seal`](Self::seal) made, if the context is the same and the key is still known.
    fn open(&self, context: &[u8], sealed: &str) -> Option<Vec<u8>>;
}

/// A key for links. Keys rotate: the newest signs, all that are configured are recognised.
#[derive(Debug)]
pub struct LinkKey {
    /// Tells keys apart within links.
    pub id: u8,
    secret: SecretBox<[u8; 32]>,
}

impl LinkKey {
    /// A key from 32 bytes of randomness.
    pub fn new(id: u8, secret: [u8; 32]) -> Self {
        Self { id, secret: SecretBox::new(Box::new(secret)) }
    }
}

/// Links derived by HMAC-SHA-256 (RFC 2104, tag cut to 160 bits): nothing in a dump of the database is a usable link.
#[derive(Debug)]
pub struct HmacLinks {
    signing: LinkKey,
    older: Vec<LinkKey>,
}

const TAG: usize = 20;

impl HmacLinks {
    /// Signs with `signing` and still recognises links made with `older`.
    pub fn new(signing: LinkKey, older: Vec<LinkKey>) -> Self {
        Self { signing, older }
    }

    fn signed_by(key: &LinkKey, link: &Link) -> SecretString {
        let mut bytes = link.bytes(key.id).to_vec();
        let tag = Self::tag(key, link.kind, &bytes);
        bytes.extend_from_slice(&tag);
        SecretString::from(format!("{}{}", link.kind.prefix(), data_encoding::BASE64URL_NOPAD.encode(&bytes)))
    }

    fn tag(key: &LinkKey, kind: LinkKind, bytes: &[u8]) -> [u8; TAG] {
        let mut tag = [0; TAG];
        if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.secret.expose_secret()) {
            mac.update(kind.prefix().as_bytes());
            mac.update(bytes);
            for (to, from) in tag.iter_mut().zip(mac.finalize().into_bytes()) {
                *to = from;
            }
        }
        tag
    }
}

impl LinkKey {
    /// What seals by this key; another key than the one that signs follows from it.
    fn cipher(&self) -> Option<ChaCha20Poly1305> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.expose_secret()).ok()?;
        mac.update(b"membership: sealed at rest");
        ChaCha20Poly1305::new_from_slice(&mac.finalize().into_bytes()).ok()
    }
}

const NONCE: usize = 12;

impl LinkSigner for HmacLinks {
    fn sign(&self, link: &Link) -> SecretString {
        Self::signed_by(&self.signing, link)
    }

    fn signatures(&self, link: &Link) -> Vec<SecretString> {
        std::iter::once(&self.signing).chain(&self.older).map(|key| Self::signed_by(key, link)).collect()
    }

    fn read(&self, kind: LinkKind, text: &str) -> Option<Link> {
        let text = text.trim().strip_prefix(kind.prefix())?;
        let bytes = data_encoding::BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        let (body, tag) = bytes.split_at_checked(37)?;
        let (scope, rest) = body.split_at_checked(16)?;
        let (id, rest) = rest.split_at_checked(16)?;
        let (generation, key_id) = rest.split_at_checked(4)?;
        let key = std::iter::once(&self.signing).chain(&self.older).find(|key| key_id == [key.id])?;
        if !bool::from(Self::tag(key, kind, body).ct_eq(tag)) {
            return None;
        }
        Some(Link {
            kind,
            scope: Uuid::from_slice(scope).ok()?,
            id: Uuid::from_slice(id).ok()?,
            generation: u32::from_be_bytes(generation.try_into().ok()?),
        })
    }

    fn seal(&self, context: &[u8], nonce: [u8; 32], secret: &[u8]) -> String {
        let nonce: [u8; NONCE] = std::array::from_fn(|at| nonce.get(at).copied().unwrap_or_default());
        let payload = Payload { msg: secret, aad: context };
        let cipher = self.signing.cipher();
        let sealed = cipher.and_then(|it| it.encrypt(&Nonce::from(nonce), payload).ok()).unwrap_or_default();
        data_encoding::BASE64URL_NOPAD.encode(&[&[self.signing.id], nonce.as_slice(), &sealed].concat())
    }

    fn open(&self, context: &[u8], sealed: &str) -> Option<Vec<u8>> {
        let bytes = data_encoding::BASE64URL_NOPAD.decode(sealed.as_bytes()).ok()?;
        let (key_id, rest) = bytes.split_first()?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE>()?;
        let key = std::iter::once(&self.signing).chain(&self.older).find(|key| key.id == *key_id)?;
        key.cipher()?.decrypt(&Nonce::from(*nonce), Payload { msg: sealed, aad: context }).ok()
    }
}

/// What is kept of a bearer token: its SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash(pub [u8; 32]);

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(…)")
    }
}

/// A bearer token of a sign-in: 256 random bits and, to route the look-up, whose it is. Shown once.
#[derive(Debug, Clone)]
pub struct SignInToken(SecretString);

const SIGN_IN_PREFIX: &str = "mst_";

/// Begins the token of a sign-in that waits for the second factor. What it opens is decided by its row.
const PENDING_PREFIX: &str = "msp_";

impl SignInToken {
    /// The token of a user from 32 bytes of randomness.
    pub fn new(user: UserId, random: [u8; 32]) -> Self {
        let bytes: Vec<u8> = user.0.as_bytes().iter().chain(&random).copied().collect();
        Self(SecretString::from(format!("{SIGN_IN_PREFIX}{}", data_encoding::BASE64URL_NOPAD.encode(&bytes))))
    }

    /// Reads what a caller sent: the user it claims to be of, and the hash to look for.
    pub fn read(text: &str) -> Option<(UserId, TokenHash)> {
        let bytes = data_encoding::BASE64URL_NOPAD.decode(text.strip_prefix(SIGN_IN_PREFIX)?.as_bytes()).ok()?;
        if bytes.len() != 48 {
            return None;
        }
        let user = Uuid::from_slice(bytes.get(..16)?).ok()?;
        Some((UserId(user), TokenHash(Sha256::digest(text.as_bytes()).into())))
    }

    /// Reads the token of a sign-in that waits for the second factor.
    pub fn read_pending(text: &str) -> Option<(UserId, TokenHash)> {
        Self::read(&format!("{SIGN_IN_PREFIX}{}", text.strip_prefix(PENDING_PREFIX)?))
    }

    /// The token as it is shown while the sign-in waits for the second factor; it is worth nothing else.
    pub fn pending(&self) -> SecretString {
        let rest = self.expose().strip_prefix(SIGN_IN_PREFIX).unwrap_or_default();
        SecretString::from(format!("{PENDING_PREFIX}{rest}"))
    }

    /// The hash under which the sign-in is found.
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.expose().as_bytes()).into())
    }

    /// The token itself, for the one answer that shows it.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// Whose a key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// An organization's.
    Organization,
    /// The operator's.
    Operator,
}

impl KeyKind {
    /// The prefix by which people and secret scanners recognise a key.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Organization => "mka_",
            Self::Operator => "mko_",
        }
    }
}

/// What a key's text says: where to look for it, and by what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShownKey {
    /// Whose it claims to be.
    pub kind: KeyKind,
    /// The organization it claims to be of; for the operator's, the key's own id. It routes the look-up to one shard.
    pub scope: Uuid,
    /// The hash to look for.
    pub token: TokenHash,
}

/// The text of a key, shown once: a prefix, 64 characters with where it belongs and 256 random bits, and a checksum.
///
/// The checksum is the CRC-32 of all that stands before it, in six digits of base 62: a text that was cut or retyped is
/// told apart without a database, and scanners for leaked secrets know a find from a lookalike.
#[derive(Debug, Clone)]
pub struct KeyText(SecretString);

/// How many characters the checksum has.
const CHECKSUM: usize = 6;

impl KeyText {
    /// The text of a new key; `scope` is its organization, or its own id if it is the operator's.
    pub fn new(kind: KeyKind, scope: Uuid, random: [u8; 32]) -> Self {
        let bytes: Vec<u8> = scope.as_bytes().iter().chain(&random).copied().collect();
        let text = format!("{}{}", kind.prefix(), data_encoding::BASE64URL_NOPAD.encode(&bytes));
        let checksum = checksum(&text);
        Self(SecretString::from(text + &checksum))
    }

    /// Reads what a caller sent. `None` is no key at all, and perhaps some other token.
    ///
    /// # Errors
    /// [`Refusal::MistypedKey`] for a text that begins like a key and is not whole.
    pub fn read(text: &str) -> Result<Option<ShownKey>, Refusal> {
        let kinds = [KeyKind::Organization, KeyKind::Operator];
        let Some(kind) = kinds.into_iter().find(|kind| text.starts_with(kind.prefix())) else { return Ok(None) };
        let shown = Self::whole(kind, text).map(|scope| ShownKey { kind, scope, token: hash_of(text) });
        shown.map(Some).ok_or(Refusal::MistypedKey)
    }

    fn whole(kind: KeyKind, text: &str) -> Option<Uuid> {
        let (body, sum) = text.split_at_checked(text.len().checked_sub(CHECKSUM)?)?;
        let bytes = data_encoding::BASE64URL_NOPAD.decode(body.strip_prefix(kind.prefix())?.as_bytes()).ok()?;
        if bytes.len() != 48 || checksum(body) != sum {
            return None;
        }
        Uuid::from_slice(bytes.get(..16)?).ok()
    }

    /// The hash under which the key is found.
    pub fn hash(&self) -> TokenHash {
        hash_of(self.expose())
    }

    /// The text itself, for the one answer that shows it.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

fn hash_of(text: &str) -> TokenHash {
    TokenHash(Sha256::digest(text.as_bytes()).into())
}

/// Six digits of base 62 hold any 32 bits.
fn checksum(text: &str) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let sum = crc32fast::hash(text.as_bytes());
    let digit = |place: u32| {
        let value = sum.checked_div(62_u32.pow(place)).unwrap_or(0) % 62;
        usize::try_from(value).ok().and_then(|at| DIGITS.get(at)).map_or('0', |digit| char::from(*digit))
    };
    (0..6).rev().map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links() -> HmacLinks {
        HmacLinks::new(LinkKey::new(2, [7; 32]), vec![LinkKey::new(1, [5; 32])])
    }

    fn link() -> Link {
        Link { kind: LinkKind::Invitation, scope: Uuid::from_u128(1), id: Uuid::from_u128(2), generation: 3 }
    }

    #[test]
    fn a_link_reads_as_it_was_signed_and_for_its_kind_only() {
        let text = links().sign(&link());
        assert_eq!(links().read(LinkKind::Invitation, text.expose_secret()), Some(link()));
        for kind in LinkKind::ALL.into_iter().filter(|kind| *kind != LinkKind::Invitation) {
            assert_eq!(links().read(kind, text.expose_secret()), None, "{kind:?}");
            let renamed = text.expose_secret().replace("mli_", kind.prefix());
            assert_eq!(links().read(kind, &renamed), None, "{kind:?} renamed");
        }
    }

    #[test]
    fn a_link_of_an_older_key_is_recognised_and_of_an_unknown_one_is_not() {
        let older = HmacLinks::new(LinkKey::new(1, [5; 32]), vec![]).sign(&link());
        let stranger = HmacLinks::new(LinkKey::new(1, [6; 32]), vec![]).sign(&link());
        assert!(links().read(LinkKind::Invitation, older.expose_secret()).is_some());
        let texts: Vec<_> = links().signatures(&link()).iter().map(|it| it.expose_secret().to_owned()).collect();
        assert_eq!(texts, [links().sign(&link()), older].map(|it| it.expose_secret().to_owned()));
        assert!(links().read(LinkKind::Invitation, stranger.expose_secret()).is_none());
    }

    #[test]
    fn no_edited_link_is_read() {
        let text = links().sign(&link()).expose_secret().to_owned();
        for at in 4..text.len() {
            let mut edited = text.clone().into_bytes();
            edited[at] = if edited[at] == b'A' { b'B' } else { b'A' };
            let edited = String::from_utf8(edited).unwrap();
            assert_eq!(links().read(LinkKind::Invitation, &edited), None, "edited at {at}");
        }
        for text in ["", "mli_", "mli_AAAA", "mli_é", &text[..text.len() - 1]] {
            assert_eq!(links().read(LinkKind::Invitation, text), None, "{text}");
        }
    }

    #[test]
    fn a_key_tells_where_it_belongs_and_a_mistyped_one_is_told_apart() {
        for kind in [KeyKind::Organization, KeyKind::Operator] {
            let key = KeyText::new(kind, Uuid::from_u128(9), [3; 32]);
            let text = key.expose().to_owned();
            let shown = ShownKey { kind, scope: Uuid::from_u128(9), token: key.hash() };
            assert_eq!((text.len(), KeyText::read(&text)), (74, Ok(Some(shown))));
            for at in 4..text.len() {
                let mut edited = text.clone().into_bytes();
                edited[at] = if edited[at] == b'A' { b'B' } else { b'A' };
                let edited = String::from_utf8(edited).unwrap();
                assert_eq!(KeyText::read(&edited), Err(Refusal::MistypedKey), "edited at {at}");
                assert_eq!(KeyText::read(&text[..at]), Err(Refusal::MistypedKey), "cut at {at}");
            }
            assert!(!format!("{key:?} {shown:?}").contains(&text[4..]));
        }
        let organization = KeyText::new(KeyKind::Organization, Uuid::from_u128(9), [3; 32]);
        let renamed = organization.expose().replace("mka_", "mko_");
        assert_eq!(KeyText::read(&renamed), Err(Refusal::MistypedKey));
        for text in ["", "mst_AAAA", "mli_AAAA", "mka", "Mka_é"] {
            assert_eq!(KeyText::read(text), Ok(None), "{text}");
        }
        assert_eq!(KeyText::read("mka_é"), Err(Refusal::MistypedKey));
    }

    #[test]
    fn a27_only_the_same_context_and_a_known_key_open_a_seal() {
        let sealed = links().seal(b"totp 1", [3; 32], b"secret");
        assert_eq!(links().open(b"totp 1", &sealed).as_deref(), Some(b"secret".as_slice()));
        assert_eq!(links().open(b"totp 2", &sealed), None);
        let older = HmacLinks::new(LinkKey::new(1, [5; 32]), vec![]).seal(b"totp 1", [3; 32], b"secret");
        assert!(links().open(b"totp 1", &older).is_some());
        assert_eq!(HmacLinks::new(LinkKey::new(2, [8; 32]), vec![]).open(b"totp 1", &sealed), None);
        for text in ["", "AAAA", "é", &sealed[1..]] {
            assert_eq!(links().open(b"totp 1", text), None, "{text}");
        }
    }

    #[test]
    fn a_pending_token_is_no_sign_in_token() {
        let token = SignInToken::new(UserId(Uuid::from_u128(9)), [3; 32]);
        let pending = token.pending();
        assert!(SignInToken::read(pending.expose_secret()).is_none());
        assert!(SignInToken::read_pending(token.expose()).is_none());
        assert_eq!(SignInToken::read_pending(pending.expose_secret()), SignInToken::read(token.expose()));
    }

    #[test]
    fn a_token_tells_its_user_and_is_found_by_hash() {
        let token = SignInToken::new(UserId(Uuid::from_u128(9)), [3; 32]);
        assert_eq!(SignInToken::read(token.expose()), Some((UserId(Uuid::from_u128(9)), token.hash())));
        assert_eq!(SignInToken::read("mst_AAAA"), None);
        assert!(!format!("{token:?}").contains(token.expose()));
    }
}
