### L’apparence d’une organisation et l’expéditeur de ses courriels.

branding-title = Apparence et expéditeur
branding-lead = La couleur et le logo des pages et des courriels de l’organisation, et de qui viennent ses courriels.
branding-way = Changer l’apparence
branding-own-colour = Une couleur propre
branding-changed = Quelqu’un d’autre l’a changé entre-temps. Votre saisie est ci-dessous ; enregistrez encore une fois pour remplacer la sienne.
field-accent = Couleur
hint-accent = Là où du texte s’y lit ou en prend la teinte, elle est éclaircie ou assombrie pour que chacun puisse lire.
field-logo-url = Adresse du logo
hint-logo-url = Une adresse qui commence par https://. Il apparaît dans les courriels, haut de 40 pixels.
field-sender-name = Les courriels viennent de
hint-sender-name = Par exemple « { $name } ». L’adresse reste celle de ce site.
field-reply-to = Les réponses vont à
hint-reply-to = Laissez vide si personne ne lit les réponses.
done-branded = C’est enregistré. La prochaine page et le prochain courriel auront cette apparence.
