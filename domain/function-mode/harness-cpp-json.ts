/**
 * A JSON reader for the C++ harness: reads one value of a known type after another, straight from the text. A value
 * that does not fit its type ends the program with a sentence about the test's input.
 */
export const cppJsonReader = `class Json {
 public:
  explicit Json(int arguments) : expected_(arguments) {
    text_.assign(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>());
    expect('[', "an array of arguments");
  }
  void next_argument() {
    if (peek() == ']') wrong_count();
    if (seen_ > 0) expect(',', "a comma between arguments");
    ++seen_;
  }
  void end_of_arguments() {
    if (peek() == ',') wrong_count();
    expect(']', "the end of the arguments");
    if (peek() != '\\0' || position_ < text_.size()) fail("nothing after the arguments");
  }
  char peek() {
    while (position_ < text_.size() && std::strchr(" \\t\\r\\n", text_[position_]) && text_[position_] != '\\0') ++position_;
    return position_ < text_.size() ? text_[position_] : '\\0';
  }
  void expect(char wanted, const char* what) {
    if (peek() != wanted || position_ >= text_.size()) fail(what);
    ++position_;
  }
  bool accept(const char* word) {
    peek();
    if (text_.compare(position_, std::strlen(word), word) != 0) return false;
    position_ += std::strlen(word);
    return true;
  }
  std::string number() {
    peek();
    std::size_t start = position_;
    while (position_ < text_.size() && text_[position_] != '\\0' && std::strchr("+-.eE0123456789", text_[position_])) ++position_;
    if (position_ == start) fail("a number");
    return text_.substr(start, position_ - start);
  }
  std::string string() {
    expect('"', "a string");
    std::string value;
    for (;;) {
      if (position_ >= text_.size()) fail("the end of a string");
      char next = text_[position_++];
      if (next == '"') return value;
      if (next == '\\\\') escaped(value);
      else value += next;
    }
  }
  [[noreturn]] void fail(const char* what) {
    throw std::runtime_error(std::string("the test input is not the JSON array this function needs: expected ") + what +
                             " at character " + std::to_string(position_ + 1));
  }

 private:
  std::string text_;
  std::size_t position_ = 0;
  int expected_;
  int seen_ = 0;

  [[noreturn]] void wrong_count() {
    throw std::runtime_error("the test input does not hold " + std::to_string(expected_) + " arguments");
  }
  void escaped(std::string& value) {
    char next = position_ < text_.size() ? text_[position_++] : '\\0';
    switch (next) {
      case 'b': value += '\\b'; return;
      case 'f': value += '\\f'; return;
      case 'n': value += '\\n'; return;
      case 'r': value += '\\r'; return;
      case 't': value += '\\t'; return;
      case '"': case '/': case '\\\\': value += next; return;
      case 'u': break;
      default: fail("a known escape in a string");
    }
    unsigned long code = hexadecimal();
    if (code >= 0xD800 && code < 0xDC00 && text_.compare(position_, 2, "\\\\u") == 0) {
      position_ += 2;
      code = 0x10000 + ((code - 0xD800) << 10) + ((hexadecimal() - 0xDC00) & 0x3FF);
    }
    if (code < 0x80) { value += static_cast<char>(code); return; }
    if (code < 0x800) value += static_cast<char>(0xC0 | (code >> 6));
    else {
      if (code < 0x10000) value += static_cast<char>(0xE0 | (code >> 12));
      else {
        value += static_cast<char>(0xF0 | (code >> 18));
        value += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
      }
      value += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    }
    value += static_cast<char>(0x80 | (code & 0x3F));
  }
  unsigned long hexadecimal() {
    unsigned long code = 0;
    for (int digit = 0; digit < 4; ++digit) {
      char next = position_ < text_.size() ? text_[position_++] : '\\0';
      if (!std::isxdigit(static_cast<unsigned char>(next))) fail("four hexadecimal digits");
      code = code * 16 + static_cast<unsigned long>(std::isdigit(static_cast<unsigned char>(next)) ? next - '0' : (next | 32) - 'a' + 10);
    }
    return code;
  }
};
template <class T> void read(Json&, T&);
template <class T> void read(Json&, std::vector<T>&);
template <class A, class B> void read(Json&, std::pair<A, B>&);
template <class T> void read(Json& in, T& value) {
  if constexpr (std::is_same_v<T, std::string>) {
    value = in.peek() == '"' ? in.string() : in.number();
  } else if constexpr (std::is_same_v<T, bool>) {
    if (in.accept("true")) value = true;
    else if (in.accept("false")) value = false;
    else value = std::strtod(in.number().c_str(), nullptr) != 0;
  } else if constexpr (sizeof(T) == 1) {
    if (in.peek() == '"') {
      std::string text = in.string();
      if (text.size() != 1) in.fail("a string of one character");
      value = static_cast<T>(text[0]);
    } else {
      value = static_cast<T>(std::strtol(in.number().c_str(), nullptr, 10));
    }
  } else {
    std::string digits = in.number();
    if constexpr (std::is_floating_point_v<T>) value = static_cast<T>(std::strtold(digits.c_str(), nullptr));
    else if (digits.find_first_of(".eE") != std::string::npos) value = static_cast<T>(std::strtold(digits.c_str(), nullptr));
    else if constexpr (std::is_unsigned_v<T>) value = static_cast<T>(std::strtoull(digits.c_str(), nullptr, 10));
    else value = static_cast<T>(std::strtoll(digits.c_str(), nullptr, 10));
  }
}
template <class T> void read(Json& in, std::vector<T>& values) {
  in.expect('[', "an array");
  if (in.peek() == ']') { in.expect(']', ""); return; }
  for (;;) {
    T value{};
    read(in, value);
    values.push_back(value);
    if (in.peek() != ',') break;
    in.expect(',', "");
  }
  in.expect(']', "the end of an array");
}
template <class A, class B> void read(Json& in, std::pair<A, B>& value) {
  in.expect('[', "an array of two");
  read(in, value.first);
  in.expect(',', "a second value");
  read(in, value.second);
  in.expect(']', "the end of a pair");
}
template <class T> void grader_read(Json& in, T& value) {
  in.next_argument();
  read(in, value);
}
`;
