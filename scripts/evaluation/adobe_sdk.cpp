// Renders a DNG with Adobe's own DNG SDK, for comparison.
//
//   adobe_sdk render IN.dng OUT.ppm SIZE STOPS [KELVIN TINT] [--dcp PROFILE.dcp]
//                                         also writes OUT.ppm.scene: the camera colours it started from (int32 rows,
//                                         columns, planes, then float32), and prints the gain that they have already had;
//                                         with --dcp the file's profile stands in for the DNG's own
//   adobe_sdk temperature KELVIN TINT                          prints x y
//   adobe_sdk white X Y                                        prints kelvin tint
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>
#include "dng_camera_profile.h"
#include "dng_color_space.h"
#include "dng_exceptions.h"
#include "dng_file_stream.h"
#include "dng_host.h"
#include "dng_image.h"
#include "dng_info.h"
#include "dng_negative.h"
#include "dng_pixel_buffer.h"
#include "dng_render.h"
#include "dng_resample.h"
#include "dng_filter_task.h"
#include "dng_temperature.h"
#include "dng_xmp_sdk.h"

template <class Value>
static std::vector<Value> pixels(const dng_image &image, uint32 type, const dng_rect &area) {
  const int planes = image.Planes(), columns = area.W();
  std::vector<Value> values(size_t(area.H()) * columns * planes);
  dng_pixel_buffer buffer;
  buffer.fArea = area;
  buffer.fPlane = 0;
  buffer.fPlanes = planes;
  buffer.fRowStep = columns * planes;
  buffer.fColStep = planes;
  buffer.fPlaneStep = 1;
  buffer.fPixelType = type;
  buffer.fPixelSize = sizeof(Value);
  buffer.fData = values.data();
  image.Get(buffer);
  return values;
}

static void write_scene(dng_host &host, dng_negative &negative, dng_image &shown, const std::string &path) {
  const dng_image *source = negative.Stage3Image();
  dng_rect area = negative.DefaultCropArea();
  AutoPtr<dng_image> reduced;
  if (negative.DefaultCropArea().Size() != shown.Size()) {
    reduced.Reset(host.Make_dng_image(shown.Bounds(), source->Planes(), source->PixelType()));
    ResampleImage(host, *source, *reduced.Get(), negative.DefaultCropArea(), reduced->Bounds(), dng_resample_bicubic::Get());
    source = reduced.Get();
    area = source->Bounds();
  }
  const int32 head[3] = {int32(area.H()), int32(area.W()), int32(source->Planes())};
  std::vector<real32> values;
  if (source->PixelType() == ttFloat) {
    values = pixels<real32>(*source, ttFloat, area);
  } else {
    for (uint16 level : pixels<uint16>(*source, ttShort, area)) values.push_back(level / 65535.0f);
  }
  const real32 black = real32(negative.Stage3BlackLevelNormalized());
  for (real32 &value : values) value = (value - black) / (1 - black);
  FILE *file = fopen(path.c_str(), "wb");
  fwrite(head, sizeof head, 1, file);
  fwrite(values.data(), sizeof(real32), values.size(), file);
  fclose(file);
}

static bool take_profile(dng_negative &negative, const char *path) {
  dng_file_stream stream(path);
  AutoPtr<dng_camera_profile> profile(new dng_camera_profile);
  if (!profile->ParseExtended(stream) || !profile->IsValid(3)) return false;
  negative.ClearProfiles();
  negative.AddProfile(profile);
  return true;
}

static int render(int count, char **words) {
  const char *dcp = nullptr;
  if (count >= 8 && !strcmp(words[count - 2], "--dcp")) dcp = words[count - 1], count -= 2;
  dng_host host;
  host.SetPreferredSize(atoi(words[4]));
  host.ValidateSizes();
  dng_file_stream stream(words[2]);
  dng_info info;
  info.Parse(host, stream);
  info.PostParse(host);
  if (!info.IsValidDNG()) return fprintf(stderr, "not a valid DNG\n"), 2;
  AutoPtr<dng_negative> negative(host.Make_dng_negative());
  negative->Parse(host, stream, info);
  negative->PostParse(host, stream, info);
  negative->ReadStage1Image(host, stream, info);
  negative->ReadOpcodeLists(host, stream, info);
  negative->BuildStage2Image(host);
  negative->BuildStage3Image(host);
  if (dcp && !take_profile(*negative, dcp)) return fprintf(stderr, "not a valid camera profile\n"), 2;
  dng_render renderer(host, *negative);
  renderer.SetFinalSpace(dng_space_sRGB::Get());
  renderer.SetFinalPixelType(ttShort);
  renderer.SetMaximumSize(atoi(words[4]));
  renderer.SetExposure(atof(words[5]));
  if (count > 7) renderer.SetWhiteXY(dng_temperature(atof(words[6]), atof(words[7])).Get_xy_coord());
  AutoPtr<dng_image> shown(renderer.Render());
  const std::vector<uint16> values = pixels<uint16>(*shown, ttShort, shown->Bounds());
  FILE *file = fopen(words[3], "wb");
  fprintf(file, "P6\n%d %d\n65535\n", int(shown->Bounds().W()), int(shown->Bounds().H()));
  for (uint16 value : values) fputc(value >> 8, file), fputc(value & 255, file);
  fclose(file);
  write_scene(host, *negative, *shown, std::string(words[3]) + ".scene");
  printf("%.9f\n", negative->Stage3Gain());
  return 0;
}

int main(int count, char **words) {
  dng_xmp_sdk::InitializeSDK();
  try {
    if (count >= 6 && !strcmp(words[1], "render")) return render(count, words);
    if (count == 4 && !strcmp(words[1], "temperature")) {
      const dng_xy_coord white = dng_temperature(atof(words[2]), atof(words[3])).Get_xy_coord();
      return printf("%.9f %.9f\n", white.x, white.y), 0;
    }
    if (count == 4 && !strcmp(words[1], "white")) {
      const dng_temperature found(dng_xy_coord(atof(words[2]), atof(words[3])));
      return printf("%.6f %.6f\n", found.Temperature(), found.Tint()), 0;
    }
  } catch (const dng_exception &error) {
    fprintf(stderr, "DNG SDK error %d\n", int(error.ErrorCode()));
    return 3;
  }
  return fprintf(stderr, "usage: see the head of adobe_sdk.cpp\n"), 1;
}
