### The second factor: setting it up, showing it, asking it of others.

security-title = Second factor
security-lead = A second factor is something you hold besides your password. Whoever learns your password alone then cannot sign in as you.
security-on = set up
security-errand = What you wanted to do asks for a second factor. Set one up here; then you go on.
security-errand-begin = Begin with an authenticator app
security-errand-show = What you wanted to do asks for your second factor, and you signed in without it.
security-errand-done = Your second factor is set up and shown.
security-go-on = Go on to where you were
app-heading = Authenticator app
app-about = An app on your phone or computer shows a new code every half minute; you type it when you sign in. Any app for one-time codes will do.
app-set-up = Set up an app
app-since = Asked for at every sign-in since { $date }.
app-title = Set up an authenticator app
app-lead = Have an app for one-time codes at hand, on your phone or on this device. On the next page it reads a picture, and you type the code it shows.
app-begin = Show the picture
app-begin-anew = Begin with a new picture
app-scan = Read this picture with your app.
app-picture = QR code for your authenticator app
app-here = Open it in an app on this device
app-by-hand = Or type this into the app:
app-confirm = Confirm
field-app-code = The code that the app shows
field-code = Code
codes-heading = Recovery codes
codes-left =
    { $count ->
        [0] None is left. Make new ones, or you cannot come in once your device is lost.
        [one] One is left. Make new ones before it is used.
       *[other] { $count } are left. Each lets you in once, in place of the second factor.
    }
codes-anew = Make new codes
codes-anew-title = Make new recovery codes
codes-anew-void = The older codes stop working at once.
codes-anew-once = The new ones are shown this once. Have paper or a password manager at hand.
codes-anew-submit = Make new codes
codes-title = Your recovery codes
codes-lead = If you lose your device, each of these codes lets you in once. Print them or keep them in a password manager, not on the device itself.
codes-label = Recovery codes
codes-once = They are shown this once.
codes-kept = I have kept them
print = Print
passkeys-heading = Passkeys
passkeys-about = A passkey lives on your phone, your computer or a security key. You show it by fingerprint, face or PIN, and there is nothing to type or to be tricked out of.
passkey-add = Add a passkey
passkey-title = Add a passkey
passkey-lead = Give it a name by which you recognise it later. Then your browser asks where to keep it.
field-passkey-name = Name of the passkey
hint-passkey-name = Such as “My phone” or “Blue security key”. At most 60 characters.
passkey-create = Create the passkey
passkey-use = Use a passkey
passkey-failed = The passkey was not used: it was broken off, or it is not on this device. Try again.
passkey-unable = This browser cannot use passkeys here, or runs no scripts.
passkey-used = Last used on { $date }
passkey-added = Added on { $date }, not used yet
remove-app = Remove
remove-app-title = Remove the authenticator app
remove-passkey = Remove
remove-passkey-title = Remove the passkey “{ $name }”
remove-one-of-several = It is not asked for any more. Your other second factor stays.
remove-last-password = It is your last second factor: your password alone lets you in again.
remove-last-codes = Your recovery codes stop working.
remove-last-sign-ins = You are signed out everywhere, here too. Organizations that ask for a second factor let you do nothing until you have one again.
remove-submit = Remove it
done-factor-added = Your second factor is set up. It is asked for whenever you sign in.
done-factor-removed = It is removed and not asked for any more.
done-last-factor-removed = You have no second factor any more, and you are signed out everywhere. Sign in again.

factor-title = Your second factor
factor-lead = Type the code that your authenticator app shows, or one of your recovery codes.
factor-lead-passkey = Use your passkey, or type a code of your authenticator app or one of your recovery codes.
factor-lost = Device lost? A recovery code takes its place, once. If you have none left, ask whoever runs this site.
proof-title = Show that it is you
proof-lead-factor = What comes next changes how you sign in. Type the code that your authenticator app shows, or one of your recovery codes.
proof-lead-password = What comes next changes how you sign in. Type your password once more.
proof-lead-anew = What comes next changes how you sign in. You have no password here, so sign in once more; you come back by yourself.
proof-submit = Go on
proof-anew = Sign in again
stop-second-factor = A second factor is asked for
stop-second-factor-text = This organization lets you go on only with a second factor besides your password. Set one up or show it, and you come back to where you were.
way-second-factor = Go to the second factor
factor-awaited = This organization asks you for a second factor. Until you have shown one you can look at it, but change nothing.

policy-factor-title = Second factor
policy-factor-lead = A second factor besides the password protects the organization when a password is learned. Choose of whom it is asked. Whoever asks it of others has shown one.
policy-factor-legend = Of whom is a second factor asked?
policy-factor-choose = Choose one of the three.
policy-factor-none = Of nobody
policy-factor-none-about = People may have one all the same; then it protects them here, too.
policy-factor-administrators = Of whoever administers
policy-factor-administrators-about = Whoever may do more than see the members needs one. Without it they can look, but change nothing.
policy-factor-everyone = Of everybody
policy-factor-everyone-about = Without one, a member sees nothing but the name of the organization, and can leave.
done-second-factor-set = Your choice holds from now on.
