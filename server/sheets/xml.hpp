// One XML document, element by element; names without their prefixes. What declares a document
// type is refused: nothing that spreadsheets are made of does, and entities grow.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace liuhen::server::sheets {

/// A tag or comment of more is refused: expat holds it whole, and reads it anew with each piece.
inline constexpr std::size_t max_tag_bytes = std::size_t{256} * 1024;

using XmlAttributes = std::map<std::string, std::string, std::less<>>;

/// What is told while reading. Empty functions are not called.
struct XmlEvents {
    std::function<void(std::string_view name, const XmlAttributes& attributes)> begin{};
    std::function<void(std::string_view name)> end{};
    std::function<void(std::string_view text)> text{};
};

class XmlReader {
public:
    explicit XmlReader(XmlEvents events);
    ~XmlReader();
    XmlReader(const XmlReader&) = delete;
    XmlReader& operator=(const XmlReader&) = delete;

    /// The next bytes, some 64 KiB; false when they are no such document, or it was stopped.
    bool feed(std::string_view bytes);
    /// After the last bytes: whether the document is whole.
    bool finish();
    /// To be called from an event: nothing more is read.
    void stop();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace liuhen::server::sheets
