//! The keys that links are made with: from the settings, or from a file that is created readable by its owner only.

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use membership_core::port::Random;
use membership_core::secret::{HmacLinks, LinkKey};
use secrecy::{ExposeSecret, SecretString};

use crate::config::ConfigError;

/// The links of this deployment.
///
/// # Errors
/// [`ConfigError`] if the setting or the file does not hold keys, or the file cannot be made.
pub fn links(setting: Option<&SecretString>, data_dir: &Path, random: &dyn Random) -> Result<HmacLinks, ConfigError> {
    let text = match setting {
        Some(setting) => setting.clone(),
        None => SecretString::from(kept(&data_dir.join("link.key"), random)?),
    };
    parse(text.expose_secret())
}

fn parse(text: &str) -> Result<HmacLinks, ConfigError> {
    let mut keys = Vec::new();
    for entry in text.split(',') {
        keys.push(key(entry.trim()).ok_or_else(|| {
            ConfigError::new("`link_key` must be `<1 to 255>:<64 hexadecimal digits>`, several separated by commas, the signing one first")
        })?);
    }
    let mut keys = keys.into_iter();
    let signing = keys.next().ok_or_else(|| ConfigError::new("`link_key` must hold a key"))?;
    Ok(HmacLinks::new(signing, keys.collect()))
}

fn key(entry: &str) -> Option<LinkKey> {
    let (id, secret) = entry.split_once(':')?;
    let id = id.parse::<u8>().ok().filter(|id| *id > 0)?;
    let bytes = hexadecimal(secret)?;
    Some(LinkKey::new(id, bytes))
}

fn hexadecimal(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0; 32];
    for (index, byte) in bytes.iter_mut().enumerate() {
        let at = index.checked_mul(2)?;
        *byte = u8::from_str_radix(text.get(at..at.checked_add(2)?)?, 16).ok()?;
    }
    Some(bytes)
}

fn kept(path: &Path, random: &dyn Random) -> Result<String, ConfigError> {
    let cannot =
        |error: std::io::Error| ConfigError::new(format!("the link key `{}` cannot be kept: {error}", path.display()));
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(cannot)?;
    }
    let digits: String = random.secret().iter().map(|byte| format!("{byte:02x}")).collect();
    // Written whole under another name and linked into place, so that two servers that start at once share one key.
    let draft = path.with_extension(format!("key.{}", random.id().simple()));
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft).map_err(cannot)?;
    file.write_all(format!("1:{digits}\n").as_bytes()).and_then(|()| file.sync_all()).map_err(cannot)?;
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft).map_err(cannot)?;
    match linked {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(cannot(error)),
        _ => Ok(fs::read_to_string(path).map_err(cannot)?.trim().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use membership_core::system::SystemRandom;

    #[test]
    fn the_key_is_made_once_and_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let random = SystemRandom::new().unwrap();
        let path = folder.path().join("data").join("link.key");
        let first = kept(&path, &random).unwrap();
        assert_eq!(kept(&path, &random).unwrap(), first);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path().join("data")).unwrap().count(), 1);
    }

    #[test]
    fn keys_rotate_and_bad_ones_are_refused() {
        let one = format!("1:{}", "0a".repeat(32));
        assert!(parse(&one).is_ok());
        assert!(parse(&format!("2:{}, {one}", "0b".repeat(32))).is_ok());
        for bad in ["", "1:", "0a", &format!("0:{}", "0a".repeat(32)), &format!("1:{}", "zz".repeat(32))] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
