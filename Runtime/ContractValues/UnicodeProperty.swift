/// The property names of `\p{…}` in ECMA-262 (section 21.2.1.1), long and short, case-sensitive.
///
/// An instance is a property that the standard library has data for: a general category or a binary property.
struct UnicodeProperty: Sendable {
  private enum Test: Sendable {
    case category(String)
    case binary(@Sendable (Unicode.Scalar.Properties) -> Bool)
    case any(Bool)
    case ascii
  }

  private let name: String
  private let test: Test
  private let isNegated: Bool

  var source: String { (isNegated ? "\\P{" : "\\p{") + name + "}" }

  /// The property of a name for which ``exists(_:)`` is true; nil where the standard library has no data, as for
  /// scripts.
  init?(_ text: String, isNegated: Bool) {
    self.isNegated = isNegated
    self.name = text
    let name = text.split(separator: "=").last.map(String.init) ?? text
    if let short = Self.short(category: name) {
      test = .category(short)
    } else if let binary = Self.tests[name] {
      test = .binary(binary)
    } else if ["Any", "ASCII"].contains(name) {
      test = name == "Any" ? .any(true) : .ascii
    } else {
      return nil
    }
  }

  func holds(_ scalar: Unicode.Scalar) -> Bool {
    let isIn: Bool
    switch test {
    case .category(let name):
      let own = Self.short(scalar.properties.generalCategory)
      isIn = name == "LC" ? ["Lu", "Ll", "Lt"].contains(own) : own.hasPrefix(name)
    case .binary(let test): isIn = test(scalar.properties)
    case .any(let value): isIn = value
    case .ascii: isIn = scalar.isASCII
    }
    return isIn != isNegated
  }

  /// Whether `text` is a binary property, a general category, or a name with a value such as `Script=Greek`.
  static func exists(_ text: String) -> Bool {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let name = parts.first else { return false }
    guard parts.count == 2 else { return binary.contains(name) || categories.contains(name) }
    return switch name {
    case "General_Category", "gc": categories.contains(parts[1])
    case "Script", "sc", "Script_Extensions", "scx": scripts.contains(parts[1])
    default: false
    }
  }

  private static func names(_ table: String) -> Set<String> {
    Set(table.split(whereSeparator: \.isWhitespace).map(String.init))
  }

  private static let tests: [String: @Sendable (Unicode.Scalar.Properties) -> Bool] = [
    "Alphabetic": { $0.isAlphabetic }, "Alpha": { $0.isAlphabetic }, "Lowercase": { $0.isLowercase },
    "Lower": { $0.isLowercase }, "Uppercase": { $0.isUppercase }, "Upper": { $0.isUppercase },
    "White_Space": { $0.isWhitespace }, "space": { $0.isWhitespace }, "Math": { $0.isMath }, "Dash": { $0.isDash },
    "Hex_Digit": { $0.isHexDigit }, "Hex": { $0.isHexDigit }, "ASCII_Hex_Digit": { $0.isASCIIHexDigit },
    "AHex": { $0.isASCIIHexDigit }, "Ideographic": { $0.isIdeographic }, "Ideo": { $0.isIdeographic },
    "Diacritic": { $0.isDiacritic }, "Dia": { $0.isDiacritic }, "ID_Start": { $0.isIDStart },
    "IDS": { $0.isIDStart }, "ID_Continue": { $0.isIDContinue }, "IDC": { $0.isIDContinue },
    "XID_Start": { $0.isXIDStart }, "XIDS": { $0.isXIDStart }, "XID_Continue": { $0.isXIDContinue },
    "XIDC": { $0.isXIDContinue }, "Emoji": { $0.isEmoji }, "Emoji_Presentation": { $0.isEmojiPresentation },
    "EPres": { $0.isEmojiPresentation }, "Emoji_Modifier": { $0.isEmojiModifier }, "EMod": { $0.isEmojiModifier },
    "Cased": { $0.isCased }, "Quotation_Mark": { $0.isQuotationMark }, "QMark": { $0.isQuotationMark },
    "Variation_Selector": { $0.isVariationSelector }, "VS": { $0.isVariationSelector },
    "Noncharacter_Code_Point": { $0.isNoncharacterCodePoint }, "NChar": { $0.isNoncharacterCodePoint },
    "Default_Ignorable_Code_Point": { $0.isDefaultIgnorableCodePoint },
    "DI": { $0.isDefaultIgnorableCodePoint }, "Pattern_White_Space": { $0.isPatternWhitespace },
    "Pat_WS": { $0.isPatternWhitespace }, "Extender": { $0.isExtender }, "Ext": { $0.isExtender },
    "Assigned": { $0.generalCategory != .unassigned },
  ]

  /// The short name of a category; for a group of categories, their common prefix.
  private static func short(category name: String) -> String? {
    let long = [
      "Other": "C", "Letter": "L", "Cased_Letter": "LC", "Mark": "M", "Combining_Mark": "M", "Number": "N",
      "Punctuation": "P", "punct": "P", "Symbol": "S", "Separator": "Z", "Control": "Cc", "cntrl": "Cc", "Format": "Cf",
      "Unassigned": "Cn", "Private_Use": "Co", "Surrogate": "Cs", "Lowercase_Letter": "Ll", "Modifier_Letter": "Lm",
      "Other_Letter": "Lo", "Titlecase_Letter": "Lt", "Uppercase_Letter": "Lu", "Spacing_Mark": "Mc",
      "Enclosing_Mark": "Me", "Nonspacing_Mark": "Mn", "Decimal_Number": "Nd", "digit": "Nd", "Letter_Number": "Nl",
      "Other_Number": "No", "Connector_Punctuation": "Pc", "Dash_Punctuation": "Pd", "Close_Punctuation": "Pe",
      "Final_Punctuation": "Pf", "Initial_Punctuation": "Pi", "Other_Punctuation": "Po", "Open_Punctuation": "Ps",
      "Currency_Symbol": "Sc", "Modifier_Symbol": "Sk", "Math_Symbol": "Sm", "Other_Symbol": "So",
      "Line_Separator": "Zl", "Paragraph_Separator": "Zp", "Space_Separator": "Zs",
    ]
    return long[name] ?? (categories.contains(name) ? name : nil)
  }

  private static func short(_ category: Unicode.GeneralCategory) -> String {
    switch category {
    case .uppercaseLetter: "Lu"
    case .lowercaseLetter: "Ll"
    case .titlecaseLetter: "Lt"
    case .modifierLetter: "Lm"
    case .otherLetter: "Lo"
    case .nonspacingMark: "Mn"
    case .spacingMark: "Mc"
    case .enclosingMark: "Me"
    case .decimalNumber: "Nd"
    case .letterNumber: "Nl"
    case .otherNumber: "No"
    case .connectorPunctuation: "Pc"
    case .dashPunctuation: "Pd"
    case .openPunctuation: "Ps"
    case .closePunctuation: "Pe"
    case .initialPunctuation: "Pi"
    case .finalPunctuation: "Pf"
    case .otherPunctuation: "Po"
    case .mathSymbol: "Sm"
    case .currencySymbol: "Sc"
    case .modifierSymbol: "Sk"
    case .otherSymbol: "So"
    case .spaceSeparator: "Zs"
    case .lineSeparator: "Zl"
    case .paragraphSeparator: "Zp"
    case .control: "Cc"
    case .format: "Cf"
    case .surrogate: "Cs"
    case .privateUse: "Co"
    case .unassigned: "Cn"
    @unknown default: "Cn"
    }
  }

  private static let binary = names(
    """
    ASCII ASCII_Hex_Digit AHex Alphabetic Alpha Any Assigned Bidi_Control Bidi_C Bidi_Mirrored Bidi_M
    Case_Ignorable CI Cased Changes_When_Casefolded CWCF Changes_When_Casemapped CWCM Changes_When_Lowercased CWL
    Changes_When_NFKC_Casefolded CWKCF Changes_When_Titlecased CWT Changes_When_Uppercased CWU Dash
    Default_Ignorable_Code_Point DI Deprecated Dep Diacritic Dia Emoji Emoji_Component EComp Emoji_Modifier EMod
    Emoji_Modifier_Base EBase Emoji_Presentation EPres Extended_Pictographic ExtPict Extender Ext Grapheme_Base
    Gr_Base Grapheme_Extend Gr_Ext Hex_Digit Hex IDS_Binary_Operator IDSB IDS_Trinary_Operator IDST ID_Continue
    IDC ID_Start IDS Ideographic Ideo Join_Control Join_C Logical_Order_Exception LOE Lowercase Lower Math
    Noncharacter_Code_Point NChar Pattern_Syntax Pat_Syn Pattern_White_Space Pat_WS Quotation_Mark QMark Radical
    Regional_Indicator RI Sentence_Terminal STerm Soft_Dotted SD Terminal_Punctuation Term Unified_Ideograph UIdeo
    Uppercase Upper Variation_Selector VS White_Space space XID_Continue XIDC XID_Start XIDS
    """)

  private static let categories = names(
    """
    C Other Cc Control cntrl Cf Format Cn Unassigned Co Private_Use Cs Surrogate L Letter LC Cased_Letter Ll
    Lowercase_Letter Lm Modifier_Letter Lo Other_Letter Lt Titlecase_Letter Lu Uppercase_Letter M Mark
    Combining_Mark Mc Spacing_Mark Me Enclosing_Mark Mn Nonspacing_Mark N Number Nd Decimal_Number digit Nl
    Letter_Number No Other_Number P Punctuation punct Pc Connector_Punctuation Pd Dash_Punctuation Pe
    Close_Punctuation Pf Final_Punctuation Pi Initial_Punctuation Po Other_Punctuation Ps Open_Punctuation S
    Symbol Sc Currency_Symbol Sk Modifier_Symbol Sm Math_Symbol So Other_Symbol Z Separator Zl Line_Separator Zp
    Paragraph_Separator Zs Space_Separator
    """)

  /// The scripts of Unicode 17.
  private static let scripts = names(
    """
    Adlam Adlm Aghb Ahom Anatolian_Hieroglyphs Arab Arabic Armenian Armi Armn Avestan Avst Bali Balinese Bamu
    Bamum Bass Bassa_Vah Batak Batk Beng Bengali Berf Beria_Erfe Bhaiksuki Bhks Bopo Bopomofo Brah Brahmi Brai
    Braille Bugi Buginese Buhd Buhid Cakm Canadian_Aboriginal Cans Cari Carian Caucasian_Albanian Chakma Cham Cher
    Cherokee Chorasmian Chrs Common Copt Coptic Cpmn Cprt Cuneiform Cypriot Cypro_Minoan Cyrillic Cyrl Deseret
    Deva Devanagari Diak Dives_Akuru Dogr Dogra Dsrt Dupl Duployan Egyp Egyptian_Hieroglyphs Elba Elbasan Elym
    Elymaic Ethi Ethiopic Gara Garay Geor Georgian Glag Glagolitic Gong Gonm Goth Gothic Gran Grantha Greek Grek
    Gujarati Gujr Gukh Gunjala_Gondi Gurmukhi Guru Gurung_Khema Han Hang Hangul Hani Hanifi_Rohingya Hano Hanunoo
    Hatr Hatran Hebr Hebrew Hira Hiragana Hluw Hmng Hmnp Hung Imperial_Aramaic Inherited Inscriptional_Pahlavi
    Inscriptional_Parthian Ital Java Javanese Kaithi Kali Kana Kannada Katakana Kawi Kayah_Li Khar Kharoshthi
    Khitan_Small_Script Khmer Khmr Khoj Khojki Khudawadi Kirat_Rai Kits Knda Krai Kthi Lana Lao Laoo Latin Latn
    Lepc Lepcha Limb Limbu Lina Linb Linear_A Linear_B Lisu Lyci Lycian Lydi Lydian Mahajani Mahj Maka Makasar
    Malayalam Mand Mandaic Mani Manichaean Marc Marchen Masaram_Gondi Medefaidrin Medf Meetei_Mayek Mend
    Mende_Kikakui Merc Mero Meroitic_Cursive Meroitic_Hieroglyphs Miao Mlym Modi Mong Mongolian Mro Mroo Mtei Mult
    Multani Myanmar Mymr Nabataean Nag_Mundari Nagm Nand Nandinagari Narb Nbat New_Tai_Lue Newa Nko Nkoo Nshu
    Nushu Nyiakeng_Puachue_Hmong Ogam Ogham Ol_Chiki Ol_Onal Olck Old_Hungarian Old_Italic Old_North_Arabian
    Old_Permic Old_Persian Old_Sogdian Old_South_Arabian Old_Turkic Old_Uyghur Onao Oriya Orkh Orya Osage Osge
    Osma Osmanya Ougr Pahawh_Hmong Palm Palmyrene Pau_Cin_Hau Pauc Perm Phag Phags_Pa Phli Phlp Phnx Phoenician
    Plrd Prti Psalter_Pahlavi Qaac Qaai Rejang Rjng Rohg Runic Runr Samaritan Samr Sarb Saur Saurashtra Sgnw
    Sharada Shavian Shaw Shrd Sidd Siddham Sidetic Sidt SignWriting Sind Sinh Sinhala Sogd Sogdian Sogo Sora
    Sora_Sompeng Soyo Soyombo Sund Sundanese Sunu Sunuwar Sylo Syloti_Nagri Syrc Syriac Tagalog Tagb Tagbanwa
    Tai_Le Tai_Tham Tai_Viet Tai_Yo Takr Takri Tale Talu Tamil Taml Tang Tangsa Tangut Tavt Tayo Telu Telugu Tfng
    Tglg Thaa Thaana Thai Tibetan Tibt Tifinagh Tirh Tirhuta Tnsa Todhri Todr Tolong_Siki Tols Toto Tulu_Tigalari
    Tutg Ugar Ugaritic Unknown Vai Vaii Vith Vithkuqi Wancho Wara Warang_Citi Wcho Xpeo Xsux Yezi Yezidi Yi Yiii
    Zanabazar_Square Zanb Zinh Zyyy Zzzz
    """)
}
