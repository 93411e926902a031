import AnnotationsGolden
import BodiesGolden
import DirectionsGolden
import ExternalGolden
import FailuresGolden
import MergePatchGolden
import MultipartGolden
import NamesGolden
import Openapi32Golden
import PaginationGolden
import ParametersGolden
import PetsGolden
import ResponsesGolden
import SecurityGolden
import SecurityUriGolden
import ServiceCore
import StreamsGolden
import WebhooksGolden

/// The operations of the cases that have some, as their clients call them.
let goldenOperations: [String: [any ContractOperation.Type]] = [
  "annotations": [
    AnnotationsGolden.GetUndescribed.self,
    AnnotationsGolden.PutUndescribed.self,
    AnnotationsGolden.GetMoved.self,
  ],
  "bodies": [
    BodiesGolden.AddNote.self,
    BodiesGolden.PutText.self,
    BodiesGolden.GetFile.self,
    BodiesGolden.PutFile.self,
    BodiesGolden.AddPicture.self,
    BodiesGolden.MakeReport.self,
    BodiesGolden.SendAnything.self,
    BodiesGolden.Count.self,
    BodiesGolden.LookAtCounts.self,
    BodiesGolden.DropWishes.self,
  ],
  "directions": [
    DirectionsGolden.CreateUser.self,
    DirectionsGolden.PutGroup.self,
    DirectionsGolden.PostPlain.self,
  ],
  "external": [
    ExternalGolden.ListPets.self,
    ExternalGolden.GetPet.self,
  ],
  "failures": [
    FailuresGolden.GetPet.self,
    FailuresGolden.DeletePet.self,
    FailuresGolden.ListOrders.self,
    FailuresGolden.PlaceOrder.self,
    FailuresGolden.ReadHealth.self,
  ],
  "merge-patch": [
    MergePatchGolden.ChangeUser.self
  ],
  "multipart": [
    MultipartGolden.AddAlbum.self,
    MultipartGolden.AddPapers.self,
    MultipartGolden.RunBatch.self,
  ],
  "names": [
    NamesGolden.CallValue.self,
    NamesGolden.Twins.self,
  ],
  "openapi-3-2": [
    Openapi32Golden.ListCats.self,
    Openapi32Golden.QueryCats.self,
    Openapi32Golden.CopyCats.self,
    Openapi32Golden.ReadDog.self,
    Openapi32Golden.Walk.self,
    Openapi32Golden.ByName.self,
    Openapi32Golden.Root.self,
  ],
  "pagination": [
    PaginationGolden.ListItems.self,
    PaginationGolden.SearchItems.self,
    PaginationGolden.ListNames.self,
  ],
  "parameters": [
    ParametersGolden.FindThings.self,
    ParametersGolden.Search.self,
    ParametersGolden.CheckAll.self,
  ],
  "pets": [
    PetsGolden.ListPets.self,
    PetsGolden.PutPet.self,
    PetsGolden.DeletePet.self,
    PetsGolden.PayForPet.self,
  ],
  "responses": [
    ResponsesGolden.ReadJob.self
  ],
  "security-uri": [
    SecurityUriGolden.ReadOwn.self,
    SecurityUriGolden.ReadShared.self,
  ],
  "security": [
    SecurityGolden.Me.self,
    SecurityGolden.Open.self,
    SecurityGolden.Either.self,
    SecurityGolden.Both.self,
    SecurityGolden.Issued.self,
  ],
  "streams": [
    StreamsGolden.Ticks.self,
    StreamsGolden.News.self,
    StreamsGolden.Noise.self,
    StreamsGolden.Sums.self,
    StreamsGolden.Sequences.self,
  ],
  "webhooks": [
    WebhooksGolden.PlaceOrder.self,
    WebhooksGolden.ReadOrder.self,
    WebhooksGolden.ReadInvoice.self,
  ],
]
