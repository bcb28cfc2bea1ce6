#include "print/qr.hpp"

#include <memory>
#include <qrencode.h>

namespace liuhen::print {

std::optional<QrCode> qr_code(std::string_view bytes) {
    constexpr int smallest = 0;
    const std::unique_ptr<QRcode, decltype(&QRcode_free)> made{
        QRcode_encodeData(static_cast<int>(bytes.size()),
                          reinterpret_cast<const unsigned char*>(bytes.data()), smallest,
                          QR_ECLEVEL_M),
        QRcode_free};
    if (!made) return std::nullopt;
    QrCode code;
    code.side = static_cast<std::size_t>(made->width);
    code.dark.resize(code.side * code.side);
    for (std::size_t i = 0; i < code.dark.size(); ++i)
        code.dark[i] = (made->data[i] & 1U) != 0;  // the lowest bit is the colour
    return code;
}

}  // namespace liuhen::print
